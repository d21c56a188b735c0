// What a suite of the conformance run is: a client that others wrote, run against a server that we wrote.

/** Where the client finds the server, and as whom. */
export interface TestServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** A name of the server; buckets have names below it. */
  readonly baseHost: string;
  /** In which it keeps everything: for the commands that make users and roles. */
  readonly dataFolder: string;
  /** A temporary key that the server gave out; absent when it gives out none. */
  readonly temporaryKey?: TemporaryKey;
}

export interface TemporaryKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

/** The signatures that a suite is run under, as the report names them. */
export type SignatureVersion = "V1" | "V2" | "V4";

/** Those that every client knows. */
export const signatureVersions: readonly SignatureVersion[] = ["V1", "V4"];

export type Verdict = "passed" | "failed" | "excluded";

/** What became of one scenario. */
export interface ScenarioResult {
  readonly signature: SignatureVersion | "V1 and V4";
  readonly name: string;
  readonly verdict: Verdict;
  /** In words: what failed, or why it was not run. Absent when it passed. */
  readonly reason?: string;
}

export interface Suite {
  readonly name: string;
  /** The client under test, such as `oss2 for Python`. */
  readonly client: string;
  readonly version: string;
  /** One sentence for the report: what is run, and against what it is checked. */
  readonly describes: string;
  /** Those under which it must report something. Default: `signatureVersions`. */
  readonly signatures?: readonly SignatureVersion[];
  /** Installs what the suite needs, unless it is there. @throws {SuiteUnavailable} */
  prepare(signal: AbortSignal): Promise<void>;
  run(server: TestServer, signal: AbortSignal): Promise<readonly ScenarioResult[]>;
}

/** The suite cannot be run on this machine. The message is the reason, in words that are the same on every machine. */
export class SuiteUnavailable extends Error {
  override readonly name = "SuiteUnavailable";
}

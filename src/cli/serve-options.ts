// What a server over a data folder is told, and what it tells whoever started it.
import type { Credentials } from "../protocol/signing/credentials.ts";
import type { CredentialStore } from "../server/index.ts";
import type { SharedStore } from "../storage/index.ts";
import type { Monitoring, MonitoringOptions } from "./monitoring/start-monitoring.ts";
import type { TlsFiles } from "./tls-files.ts";

export interface ServeOptions extends MonitoringOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly region: string;
  readonly baseHosts: readonly string[];
  /** The operator's word: requests for encryption at rest are accepted. */
  readonly diskIsEncrypted?: boolean;
  /** A completion that is sent again is answered as the first time. */
  readonly repeatCompletions?: boolean;
  /** Requests come in by node:http alone, and not by what is internal to Node. */
  readonly publicInterfaces?: boolean;
  /** Whom the server may call back. */
  readonly callbackHosts?: readonly string[];
  /** Bytes of the disk that are held back for aborts, deletions and the like. Default: none. */
  readonly reserve?: number;
  /** In seconds. Default: the server's. */
  readonly lifecycleInterval?: number;
  /** In seconds, from the end of one scrub to the next; 0 for none. Default: a week. */
  readonly scrubInterval?: number;
  /** MiB a second that a scrub reads. Default: 20. */
  readonly scrubRate?: number;
  /** How many processes answer requests; 1 for this one alone, which is the default. */
  readonly workers?: number;
  /** Whether a new folder gets a user for the commands on this machine. Default: it does. */
  readonly localKey?: boolean;
  /** Whether the account of a new folder gets a key, which the caller then shows. Default: it does not. */
  readonly showsRootKey?: boolean;
  /** Open uploads of one user, one role or the account. Default: the server's. */
  readonly maxOpenUploads?: number;
  /** Of all workers together. Default: the server's. */
  readonly maxConnections?: number;
  /** With them the server speaks TLS. */
  readonly tls?: TlsFiles | undefined;
}

/** Who answers the requests to a server. Disposing of it lets those under way finish. */
export interface Answering extends AsyncDisposable {
  readonly role: "alone" | "owner";
  /** @returns where requests are answered @throws {ServerStartError} @throws {CommandError} */
  begin(world: AnsweredWorld): Promise<string>;
  /** Whether anybody is there for requests at this moment. */
  isAnswering(): boolean;
}

interface AnsweredWorld {
  readonly options: ServeOptions;
  readonly store: SharedStore;
  readonly credentials: CredentialStore;
  readonly monitoring: Monitoring;
}

export interface DataFolderServer extends AsyncDisposable {
  readonly endpoint: string;
  /** Where health and metrics are, if anywhere. */
  readonly monitor: string | undefined;
  /** The account's key, if it was made just now: it can be read nowhere else. */
  readonly rootKey?: Credentials;
  /** Settles only if the store breaks: the server is of no use then, and one that is started anew may be. */
  readonly failed: Promise<Error>;
}

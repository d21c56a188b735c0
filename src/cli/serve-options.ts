// What a server over a data folder is told, and what it tells whoever started it.
import type { Credentials } from "../protocol/signing/credentials.ts";

export interface ServeOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly region: string;
  readonly baseHosts: readonly string[];
  /** The operator's word: requests for encryption at rest are accepted. */
  readonly diskIsEncrypted?: boolean;
  /** Whom the server may call back. */
  readonly callbackHosts?: readonly string[];
  /** In seconds. Default: the server's. */
  readonly lifecycleInterval?: number;
  /** How many processes answer requests; 1 for this one alone, which is the default. */
  readonly workers?: number;
}

export interface DataFolderServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly credentials: Credentials;
}

// What a server over a data folder is told, and what it tells whoever started it.
import type { Credentials } from "../protocol/signing/credentials.ts";
import type { MonitoringOptions } from "./monitoring/start-monitoring.ts";
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
  /** Whom the server may call back. */
  readonly callbackHosts?: readonly string[];
  /** Bytes of the disk that are held back for aborts, deletions and the like. Default: none. */
  readonly reserve?: number;
  /** In seconds. Default: the server's. */
  readonly lifecycleInterval?: number;
  /** How many processes answer requests; 1 for this one alone, which is the default. */
  readonly workers?: number;
  /** With them the server speaks TLS. */
  readonly tls?: TlsFiles | undefined;
}

export interface DataFolderServer extends AsyncDisposable {
  readonly endpoint: string;
  /** Where health and metrics are, if anywhere. */
  readonly monitor: string | undefined;
  readonly credentials: Credentials;
}

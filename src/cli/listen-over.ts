// A server over a store, as the command sets it up: what one process does, or each worker of several.
import { present } from "../protocol/fields/present.ts";
import {
  type CredentialStore,
  type RunningServer,
  startServer,
  withTemporaryCredentials,
} from "../server/index.ts";
import type { Store } from "../storage/index.ts";
import type { Monitoring } from "./monitoring/start-monitoring.ts";
import type { ServeOptions } from "./serve-options.ts";
import { endOf, expiryMistake, readCertificate, watchCertificate } from "./tls-files.ts";

export interface ListenOptions extends Omit<ServeOptions, "lifecycleInterval"> {
  /** In seconds. Default: the server's. */
  readonly lifecycleInterval?: number | "never";
}

/** @throws {ServerStartError} @throws {CommandError} when the certificate cannot be used */
export async function listenOver(
  store: Store,
  credentials: CredentialStore,
  options: ListenOptions,
  { log, observe, tellCertificate }: Monitoring,
): Promise<RunningServer> {
  const {
    host,
    port,
    region,
    baseHosts,
    diskIsEncrypted = false,
    repeatCompletions = false,
    publicInterfaces = false,
    callbackHosts = [],
    tls,
    maxConnections,
    maxOpenUploads: openUploadCountMax,
    workers = 1,
  } = options;
  const certificate = tls && (await readCertificate(tls));
  if (certificate !== undefined) {
    tellCertificate({ endsAtMs: endOf(certificate), isStale: false });
  }
  return startServer({
    store,
    credentials: withTemporaryCredentials(credentials),
    host,
    port,
    region,
    baseHosts,
    acceptEncryptionHeaders: diskIsEncrypted,
    repeatCompletions,
    door: publicInterfaces ? "http" : "fast",
    callbackHosts,
    ...present({ openUploadCountMax }),
    reportFailure: log.failure,
    ...(observe === undefined ? {} : { observe }),
    ...present({ certificate }),
    ...(maxConnections === undefined
      ? {}
      : { limits: { connectionCountMax: Math.ceil(maxConnections / workers) } }),
    ...lifecycleIntervalOf(options),
  });
}

/** As the server and the lifecycle take it. */
export function lifecycleIntervalOf({ lifecycleInterval }: Pick<ListenOptions, "lifecycleInterval">): {
  readonly lifecycleIntervalMs?: number | "never";
} {
  if (lifecycleInterval === undefined) {
    return {};
  }
  return { lifecycleIntervalMs: lifecycleInterval === "never" ? "never" : lifecycleInterval * 1_000 };
}

/** Reads the files again when they change, until it is disposed of. */
export function renewCertificate(
  server: RunningServer,
  { tls }: Pick<ServeOptions, "tls">,
  { log, tellCertificate }: Monitoring,
): AsyncDisposable {
  const watch =
    tls &&
    watchCertificate(tls, {
      onChange(certificate) {
        server.setCertificate(certificate);
        tellCertificate({ endsAtMs: endOf(certificate), isStale: false });
        const mistake = expiryMistake(certificate, tls.cert, Date.now());
        log.note(mistake ?? `the certificate ${tls.cert} was read again`);
      },
      onMistake(mistake) {
        tellCertificate({ isStale: true });
        log.failure(mistake, "certificate");
      },
    });
  return { [Symbol.asyncDispose]: async () => watch?.[Symbol.dispose]() };
}

// A server over a store, as the command sets it up: what one process does, or each worker of several.
import type { Credentials } from "../protocol/signing/credentials.ts";
import {
  fixedCredentials,
  type RunningServer,
  startServer,
  withTemporaryCredentials,
} from "../server/index.ts";
import type { Store } from "../storage/index.ts";
import type { ServeOptions } from "./serve-options.ts";

export interface ListenOptions extends Omit<ServeOptions, "lifecycleInterval"> {
  /** In seconds. Default: the server's. */
  readonly lifecycleInterval?: number | "never";
}

/** @throws {ServerStartError} */
export function listenOver(
  store: Store,
  credentials: Credentials,
  options: ListenOptions,
): Promise<RunningServer> {
  const { host, port, region, baseHosts, diskIsEncrypted = false, callbackHosts = [] } = options;
  return startServer({
    store,
    credentials: withTemporaryCredentials(fixedCredentials([credentials])),
    host,
    port,
    region,
    baseHosts,
    acceptEncryptionHeaders: diskIsEncrypted,
    callbackHosts,
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

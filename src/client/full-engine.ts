// All that an upload can do, for platforms whose code need not be small.
import { createTransferWindow } from "./flow/transfer-concurrency.ts";
import * as multipart from "./multipart.ts";
import type { Platform } from "./platform.ts";
import * as recovery from "./recovery.ts";
import { choosePartSize } from "./upload/choose-part-size.ts";
import { createPooledBodies } from "./upload/pooled-bodies.ts";
import { watchTail } from "./upload/tail-watch.ts";

export const fullEngine: Pick<
  Required<Platform<never>>,
  "choosePartSize" | "createBodies" | "createWindow" | "loadMultipart" | "loadRecovery" | "watchTail"
> = {
  createWindow: createTransferWindow,
  choosePartSize,
  createBodies: createPooledBodies,
  watchTail,
  loadMultipart: async () => multipart,
  loadRecovery: async () => recovery,
};

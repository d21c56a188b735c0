// The client's platform adapters for a page, or for a worker of one.
import { systemClock } from "../clock.ts";
import type { Platform } from "../platform.ts";
import { assertAddressableKey } from "./addressable-key.ts";
import { openSource, type UploadSource } from "./file-source.ts";
import { createIndexedDbJournals } from "./indexed-db-journals.ts";
import { webCrypto } from "./web-crypto.ts";
import { xhrTransport } from "./xhr-transport.ts";

export const pagePlatform: Platform<UploadSource> = {
  transport: xhrTransport,
  crypto: webCrypto,
  clock: systemClock,
  random: Math.random,
  // The browser says who it is.
  userAgent: "",
  // More are not opened to one host under HTTP/1.1.
  concurrencyMax: 6,
  // A table of extensions would be as large as all the rest; a File knows its own type.
  contentTypeOf: () => undefined,
  openSource,
  assertKey: assertAddressableKey,
  openJournals: createIndexedDbJournals,
};

// The client's platform adapters for a page, or for a worker of one.
import { systemClock } from "../clock.ts";
import type { UploadPlatform } from "../platform.ts";
import { usualPartSize } from "../upload/usual-part-size.ts";
import { assertAddressableKey } from "./addressable-key.ts";
import { createFileBodies } from "./file-bodies.ts";
import { openSource, type UploadSource } from "./file-source.ts";
import { indexedDbJournals } from "./indexed-db-journals.ts";
import { pageConnectivity } from "./page-connectivity.ts";
import type { PageLoaders } from "./page-loaders.ts";
import { createPageWindow } from "./page-window.ts";
import { xhrTransport } from "./xhr-transport.ts";

export function createPagePlatform(loaders: PageLoaders): UploadPlatform<UploadSource> {
  return {
    transport: xhrTransport,
    clock: systemClock,
    connectivity: pageConnectivity,
    random: Math.random,
    // The browser says who it is.
    userAgent: "",
    createWindow: createPageWindow,
    // The rest of what Node weighs is measured over many uploads.
    choosePartSize: usualPartSize,
    createBodies: createFileBodies,
    loadMultipart: loaders.multipart,
    loadRecovery: loaders.recovery,
    // A table of extensions would be as large as all the rest; a File knows its own type.
    contentTypeOf: () => undefined,
    openSource,
    assertKey: assertAddressableKey,
    openJournals: (databaseName) => indexedDbJournals(loaders, databaseName),
  };
}

// The client's platform adapters for Node.
import { dirname, join } from "node:path";
import { systemClock } from "../clock.ts";
import { fullEngine } from "../full-engine.ts";
import * as multipart from "../multipart.ts";
import type { Platform } from "../platform.ts";
import { contentTypeOf } from "./content-type.ts";
import { FileJournals } from "./file-journals.ts";
import { measurementFiles } from "./measurement-files.ts";
import { nodeCrypto, nodeMd5, startNodeMd5 } from "./node-crypto.ts";
import { createNodeTransport } from "./node-transport.ts";
import { openSource, type UploadSource } from "./open-source.ts";
import { uploadWithCheckpoint } from "./resume-command.ts";
import { userJournalFolder } from "./user-journal-folder.ts";

/** A platform with connections of its own. The environment is read now, once. */
export function nodePlatform(): Platform<UploadSource> {
  const region = process.env.OSS_REGION;
  return {
    ...fullEngine,
    loadMultipart: async () => ({ ...multipart, uploadWithCheckpoint }),
    transport: createNodeTransport(),
    crypto: nodeCrypto,
    md5: nodeMd5,
    startMd5: startNodeMd5,
    clock: systemClock,
    random: Math.random,
    userAgent: `partwise (node ${process.version}; ${process.platform} ${process.arch})`,
    contentTypeOf,
    openSource,
    measurements: measurementFiles(join(dirname(userJournalFolder()), "links")),
    openJournals: (folder = userJournalFolder()) => new FileJournals({ folder }),
    ...(region ? { defaultRegion: region } : {}),
  };
}

// A process of its own for tests of uploads that meet: begins an upload, holds it before its first part until its input says
// to go on, and says what came of it.
import { createInterface } from "node:readline";
import { FileJournals } from "../../src/client/node/file-journals.ts";
import { bucketAt } from "./scripted-service.ts";
import { inParts } from "./upload-service.ts";

const [endpoint = "", key = "", path = "", folder = ""] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const uploading = bucketAt(endpoint).upload(key, path, {
  ...inParts,
  checkpoint: new FileJournals({ folder }),
  onEvent({ type }) {
    if (type === "paused") {
      process.stdout.write("paused\n");
    }
  },
});
uploading.pause();
void lines.next().then(() => uploading.resume());
try {
  const { crc64 } = await uploading;
  process.stdout.write(`done ${crc64}\n`);
} catch (error) {
  process.stdout.write(`${(error as { readonly code?: string }).code}\n`);
}
process.exit();

// A process of its own for tests of journals' locks: waits for a line, opens the journal, says what came of it, and
// stays until its input ends.
import { createInterface } from "node:readline";
import { FileJournals } from "../../../src/client/node/file-journals.ts";

const [folder = "", key = ""] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
process.stdout.write("ready\n");
await lines.next();
try {
  await new FileJournals({ folder }).open({ endpoint: "http://oss.example", bucket: "bucket", key });
  process.stdout.write("open\n");
} catch (error) {
  process.stdout.write(`${(error as { readonly code?: string }).code}\n`);
}
await lines.next();

// A process of its own for a test that kills it: uploads over a bad network, and says from which part on it has cut anew, and
// how many there are then, once some of them have arrived.
import { FileJournals } from "../../src/client/node/file-journals.ts";
import { bucketAt } from "./scripted-service.ts";

/** Of the smaller parts, so many are there before it says so. */
const ARRIVED_COUNT = 4;

const [endpoint = "", key = "", path = "", folder = ""] = process.argv.slice(2);
let told: string | undefined;
let arrivedCount = 0;
await bucketAt(endpoint).upload(key, path, {
  multipartThreshold: 0,
  concurrency: 2,
  checkpoint: new FileJournals({ folder }),
  onEvent(event) {
    if (event.type === "recut") {
      told = `${event.fromPartNumber} ${event.partCount}\n`;
    }
    arrivedCount += told !== undefined && event.type === "part-done" ? 1 : 0;
    if (told !== undefined && arrivedCount === 2 * ARRIVED_COUNT) {
      process.stdout.write(told);
    }
  },
});

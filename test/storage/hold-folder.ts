// A process that opens a store and holds it until it is killed: `node hold-folder.ts <folder>`.
import { openEmbeddedStore } from "../../src/storage/index.ts";

const store = await openEmbeddedStore(process.argv[2] ?? "");
process.stdout.write("open\n");
setInterval(() => store, 1_000);

// node partwise.mjs endpoint file [partSize concurrency]: the package as it is built, as its users run it.
import { Bucket } from "../../../dist/client/node/index.js";

const [endpoint, file, partSize, concurrency] = process.argv.slice(2);
const auth = { accessKeyId: "bench", accessKeySecret: "bench" };
const bucket = new Bucket(auth, endpoint, "bench", { region: "cn-hangzhou" });
await bucket.upload("object", file, { partSize: Number(partSize), concurrency: Number(concurrency) });

// node lib-storage.mjs endpoint file peersFolder: at its defaults, from a file's stream, as its manual shows.
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [endpoint, file, peersFolder] = process.argv.slice(2);
const require = createRequire(join(peersFolder, "package.json"));
const { S3Client } = require("@aws-sdk/client-s3");
const { Upload } = require("@aws-sdk/lib-storage");

const client = new S3Client({
  ...{ endpoint, region: "us-east-1", forcePathStyle: true },
  credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
});
const params = { Bucket: "bench", Key: "object", Body: createReadStream(file) };
await new Upload({ client, params }).done();

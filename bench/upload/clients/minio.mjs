// node minio.mjs endpoint file peersFolder: at its defaults.
import { createRequire } from "node:module";
import { join } from "node:path";

const [endpoint, file, peersFolder] = process.argv.slice(2);
const { Client } = createRequire(join(peersFolder, "package.json"))("minio");
const { hostname, port } = new URL(endpoint);

const client = new Client({
  ...{ endPoint: hostname, port: Number(port), useSSL: false, region: "us-east-1" },
  ...{ accessKey: "bench", secretKey: "bench" },
});
await client.fPutObject("bench", "object", file);

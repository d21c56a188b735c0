// node ali-oss.mjs endpoint file [partSize concurrency]
import OSS from "ali-oss";

const [endpoint, file, partSize, parallel] = process.argv.slice(2);
const client = new OSS({
  ...{ accessKeyId: "bench", accessKeySecret: "bench", bucket: "bench", region: "oss-cn-hangzhou" },
  // Without `cname` it would put the bucket's name before an address.
  ...{ endpoint, cname: true },
});
const settings = partSize === undefined ? {} : { partSize: Number(partSize), parallel: Number(parallel) };
await client.multipartUpload("object", file, settings);

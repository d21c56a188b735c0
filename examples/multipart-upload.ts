// An upload in parts, step by step: begin it, send the parts one after another, complete it, and read it back.
//
//   node examples/multipart-upload.ts
//
// Fill in the placeholders, or set OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET, OSS_ENDPOINT, OSS_BUCKET and OSS_REGION
// and name the object and the file on the command line. For a server on this machine `partwise token --data FOLDER` prints
// all of them but the bucket. `bucket.upload(key, file)` does all of this in one call, with parts side by side, retries
// and checks.
import { deepEqual } from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
// In a program of your own: from "partwise".
import { Bucket, determinePartSize, openFile, PartInfo, SizedFileAdapter } from "../src/client/node/index.ts";

// The key of an Alibaba Cloud account may do everything to everything. Make a RAM user with the permissions that this
// program needs, and use that user's key.
const securityToken = process.env.OSS_SESSION_TOKEN;
const auth = {
  accessKeyId: process.env.OSS_ACCESS_KEY_ID ?? "<yourAccessKeyId>",
  accessKeySecret: process.env.OSS_ACCESS_KEY_SECRET ?? "<yourAccessKeySecret>",
  // Only a temporary key (STS) has one.
  ...(securityToken === undefined ? {} : { securityToken }),
};
// China East 1 (Hangzhou); the endpoint of your bucket's region belongs here.
const endpoint = process.env.OSS_ENDPOINT ?? "https://oss-cn-hangzhou.aliyuncs.com";
const region = process.env.OSS_REGION ?? "cn-hangzhou";
const bucket = new Bucket(auth, endpoint, process.env.OSS_BUCKET ?? "<yourBucketName>", { region });

const [key = "<yourObjectName>", filename = "<yourLocalFile>"] = process.argv.slice(2);

const totalSize = (await stat(filename)).size;
// A larger part size suits a stable network, a smaller one an unstable network.
const partSize = determinePartSize(totalSize, { preferredSize: 100 * 1024 });

// Begin the upload.
const { uploadId } = await bucket.initMultipartUpload(key);
const parts: PartInfo[] = [];

// Send the parts one by one.
{
  await using file = await openFile(filename);
  let partNumber = 1;
  let offset = 0;
  while (offset < totalSize) {
    const sizeToUpload = Math.min(partSize, totalSize - offset);
    // An adapter is the next bytes of the file: each one begins where the one before ends.
    const result = await bucket.uploadPart(
      key,
      uploadId,
      partNumber,
      new SizedFileAdapter(file, sizeToUpload),
    );
    parts.push(new PartInfo(partNumber, result.etag));

    offset += sizeToUpload;
    partNumber += 1;
  }
}

// Complete the upload: now the object is there.
await bucket.completeMultipartUpload(key, uploadId, parts);

// Read it back and compare.
const object = await bucket.getObject(key);
deepEqual(Buffer.from(await object.bytes()), await readFile(filename));
console.log(`${key}: ${totalSize} bytes in ${parts.length} parts, the same as in ${filename}`);

// Uploads and copies in parts.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PART_SIZE, pattern, refused, scenario } from "./scenario.mjs";

const DATA = pattern(3 * PART_SIZE + 777);
const KEY = "parts/中 文+.bin";

async function uploadParts(client, key, uploadId, file = DATA) {
  const parts = [];
  for (const number of [1, 2, 3, 4]) {
    const end = Math.min(number * PART_SIZE, file.length);
    const { etag } = await client.uploadPart(key, uploadId, number, file, (number - 1) * PART_SIZE, end);
    parts.push({ number, etag });
  }
  return parts;
}

async function withFile(act) {
  const folder = await mkdtemp(join(tmpdir(), "partwise-ali-oss-"));
  try {
    const path = join(folder, "file.bin");
    await writeFile(path, DATA);
    await act(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

scenario("initiates an upload, sends parts, lists and completes them", async (client, bucket) => {
  const started = await client.initMultipartUpload(KEY, { meta: { colour: "blue" }, mime: "text/x-odd" });
  assert.deepEqual([started.bucket, started.name], [bucket, KEY]);
  const parts = await uploadParts(client, KEY, started.uploadId);
  const listed = await client.listParts(KEY, started.uploadId, { "max-parts": 3 });
  assert.deepEqual([listed.name, listed.isTruncated, listed.nextPartNumberMarker], [KEY, "true", "3"]);
  assert.deepEqual(
    listed.parts.map((part) => part.ETag),
    parts.slice(0, 3).map(({ etag }) => etag),
  );
  const marker = { "part-number-marker": listed.nextPartNumberMarker };
  const rest = await client.listParts(KEY, started.uploadId, marker);
  assert.deepEqual([rest.isTruncated, rest.parts.PartNumber], ["false", "4"]);
  const done = await client.completeMultipartUpload(KEY, started.uploadId, parts);
  assert.match(done.etag, /^"[0-9A-F]{32}-4"$/);
  const got = await client.get(KEY);
  assert.ok(got.content.equals(DATA));
  assert.deepEqual(
    [
      got.res.headers["x-oss-meta-colour"],
      got.res.headers["content-type"],
      got.res.headers["x-oss-object-type"],
    ],
    ["blue", "text/x-odd", "Multipart"],
  );
});

scenario("goes on with an upload from its checkpoint", (client) =>
  withFile(async (path) => {
    let checkpoint;
    const options = { partSize: PART_SIZE, parallel: 1 };
    const interrupt = (fraction, reached) => {
      checkpoint = reached;
      if (fraction > 0.3) {
        client.cancel();
      }
    };
    await assert.rejects(client.multipartUpload(KEY, path, { ...options, progress: interrupt }), {
      name: "cancel",
    });
    const { uploads } = await client.listUploads({ prefix: KEY });
    assert.deepEqual(
      uploads.map(({ uploadId }) => uploadId),
      [checkpoint.uploadId],
    );
    const doneBefore = checkpoint.doneParts.length;
    const sent = [];
    await client.multipartUpload(KEY, path, {
      ...options,
      checkpoint,
      progress: (fraction) => {
        sent.push(fraction);
      },
    });
    assert.ok(doneBefore > 0 && sent.length === 4 - doneBefore + 1);
    assert.ok((await client.get(KEY)).content.equals(DATA));
  }),
);

scenario("lists uploads page by page, and aborts them", async (client) => {
  const ids = {};
  for (const key of ["b", "a", "a"]) {
    const { uploadId } = await client.initMultipartUpload(key);
    ids[key] = [...(ids[key] ?? []), uploadId].sort();
  }
  const first = await client.listUploads({ "max-uploads": 2 });
  assert.deepEqual(
    [first.uploads.map(({ uploadId }) => uploadId), first.isTruncated, first.nextUploadIdMarker],
    [ids.a, true, ids.a[1]],
  );
  const second = await client.listUploads({
    "key-marker": first.nextKeyMarker,
    "upload-id-marker": first.nextUploadIdMarker,
  });
  assert.deepEqual(
    second.uploads.map(({ name }) => name),
    ["b"],
  );
  assert.equal((await client.abortMultipartUpload("b", ids.b[0])).res.status, 204);
  await refused(404, "NoSuchUpload", () => client.abortMultipartUpload("b", ids.b[0]));
  await refused(404, "NoSuchUpload", () => client.listParts("b", ids.b[0]));
});

scenario("copies a large object in parts, and a range of one", async (client, bucket) => {
  await client.put(KEY, DATA);
  const source = { sourceKey: KEY, sourceBucketName: bucket };
  await client.multipartUploadCopy("copy", { ...source }, { partSize: PART_SIZE });
  const copied = await client.get("copy");
  assert.ok(copied.content.equals(DATA));
  assert.equal(copied.res.headers["x-oss-object-type"], "Multipart");
  const { uploadId } = await client.initMultipartUpload("range");
  const { etag } = await client.uploadPartCopy("range", uploadId, 1, "5-99", source);
  await client.completeMultipartUpload("range", uploadId, [{ number: 1, etag }]);
  assert.ok((await client.get("range")).content.equals(DATA.subarray(5, 100)));
});

scenario("refuses parts that are too small, missing or not those sent", async (client) => {
  const { uploadId } = await client.initMultipartUpload("a");
  const { etag } = await client.uploadPart("a", uploadId, 1, Buffer.from("small"), 0, 5);
  await client.uploadPart("a", uploadId, 2, Buffer.from("small"), 0, 5);
  const complete = (parts) => () => client.completeMultipartUpload("a", uploadId, parts);
  const both = [
    { number: 1, etag },
    { number: 2, etag },
  ];
  await refused(400, "EntityTooSmall", complete(both));
  await refused(400, "InvalidPart", complete([{ number: 3, etag }]));
  await refused(400, "InvalidPart", complete([{ number: 1, etag: '"00000000000000000000000000000000"' }]));
  assert.equal((await client.listParts("a", uploadId)).parts.length, 2);
});

scenario("takes tags and access of an upload for those of the object", async (client) => {
  const headers = { "x-oss-tagging": "colour=blue" };
  const { uploadId } = await client.initMultipartUpload("a", { headers });
  const parts = await uploadParts(client, "a", uploadId);
  const options = { headers: { "x-oss-object-acl": "public-read" } };
  await client.completeMultipartUpload("a", uploadId, parts, options);
  assert.deepEqual((await client.getObjectTagging("a")).tag, { colour: "blue" });
  assert.equal((await client.getACL("a")).acl, "public-read");
});

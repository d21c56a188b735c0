// What GetBucketStat counts.
import assert from "node:assert/strict";
import { it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import { partQuery } from "./test-server.ts";

const STAT = [["stat", ""]] as const;

describeOverBothStores("the statistics of a bucket", (service) => {
  const put = (bucket: string, key: string, body: string, storageClass = "Standard") =>
    service().send({
      method: "PUT",
      bucket,
      key,
      headers: { "x-oss-storage-class": storageClass },
      body,
    });

  it("are all 0 for an empty one, and say when they were counted", async () => {
    await service().send({ method: "PUT", bucket: "empty-stat" });

    const stat = await service().send({ bucket: "empty-stat", query: STAT });

    assert.equal(stat.status, 200, stat.text);
    const counts = stat.text.matchAll(/<(\w+)>(\d+)<\/\1>/g);
    assert.deepEqual(
      [...counts].filter(([, , count]) => count !== "0").map(([, name]) => name),
      ["LastModifiedTime"],
    );
    assert.ok(Math.abs(Number(stat.element("LastModifiedTime")) - Date.now() / 1000) < 60);
  });

  it("count objects and their bytes by storage class, and uploads with their parts", async () => {
    const bucket = "full-stat";
    await service().send({ method: "PUT", bucket });
    await put(bucket, "a", "12345");
    await put(bucket, "b", "123", "IA");
    await put(bucket, "c", "12", "Archive");
    const initiated = await service().send({ method: "POST", bucket, key: "a", query: [["uploads", ""]] });
    const uploadId = initiated.element("UploadId") ?? "";
    for (const number of ["1", "2"]) {
      await service().send({
        method: "PUT",
        bucket,
        key: "a",
        query: partQuery(uploadId, number),
        body: "1234567",
      });
    }
    await service().send({ method: "POST", bucket, key: "z", query: [["uploads", ""]] });

    const stat = await service().send({ bucket, query: STAT });

    const expected = {
      Storage: "24",
      ObjectCount: "3",
      MultipartUploadCount: "2",
      MultipartPartCount: "2",
      LiveChannelCount: "0",
      StandardStorage: "19",
      StandardObjectCount: "1",
      InfrequentAccessStorage: "3",
      InfrequentAccessObjectCount: "1",
      ArchiveStorage: "2",
      ArchiveObjectCount: "1",
      DeleteMarkerCount: "0",
    };
    assert.deepEqual(
      Object.fromEntries(Object.keys(expected).map((name) => [name, stat.element(name)])),
      expected,
    );
  });

  it("count every version, and delete markers apart", async () => {
    const bucket = "versions-stat";
    await service().send({ method: "PUT", bucket });
    await service().store.metadata.updateBucket(bucket, { versioning: "Enabled" });
    await put(bucket, "a", "12345");
    await put(bucket, "a", "123");
    await service().send({ method: "DELETE", bucket, key: "a" });

    const stat = await service().send({ bucket, query: STAT });

    assert.deepEqual(["ObjectCount", "Storage", "DeleteMarkerCount"].map(stat.element), ["2", "8", "1"]);
  });

  it("go on behind the first page", async () => {
    const bucket = "long-stat";
    await service().send({ method: "PUT", bucket });
    const attributes = { standard: {}, user: {}, tags: {} };
    for (let index = 0; index < 1003; index += 1) {
      await service().store.metadata.createUpload(
        {
          ...{ bucket, key: `k${index % 3}`, uploadId: index.toString(16).padStart(32, "0").toUpperCase() },
          ...{ attributes, initiatedAtMs: 0, isSequential: false },
        },
        { forbidOverwrite: false },
      );
      await service().store.metadata.putObject({
        ...{ bucket, key: `o${index}`, etag: "E", md5: "0".repeat(32), crc64: 0n, extents: [] },
        ...{ type: "Normal", attributes, modifiedAtMs: 0, forbidOverwrite: false },
      });
    }

    const stat = await service().send({ bucket, query: STAT });

    assert.deepEqual(["ObjectCount", "MultipartUploadCount"].map(stat.element), ["1003", "1003"]);
  });
});

// Buckets and their settings.
import assert from "node:assert/strict";
import { endpoint, refused, scenario } from "./scenario.mjs";

scenario("lists and describes buckets", async (client, bucket) => {
  const { buckets } = await client.listBuckets({ prefix: bucket, "max-keys": 10 });
  assert.ok(buckets.some(({ name }) => name === bucket));
  const { bucket: found } = await client.getBucketInfo(bucket);
  assert.deepEqual(
    [found.Name, found.StorageClass, found.AccessControlList.Grant],
    [bucket, "Standard", "private"],
  );
  await client.put("a", Buffer.from("1"));
  await refused(409, "BucketNotEmpty", () => client.deleteBucket(bucket));
  await client.delete("a");
  await client.deleteBucket(bucket);
  await refused(404, "NoSuchBucket", () => client.getBucketInfo(bucket));
});

scenario("lets anybody read a bucket that is public", async (client, bucket) => {
  await client.put("a", Buffer.from("1"));
  assert.equal((await fetch(`${endpoint}/${bucket}/a`)).status, 403);
  await client.putBucketACL(bucket, "public-read");
  assert.equal((await client.getBucketACL(bucket)).acl, "public-read");
  const answer = await fetch(`${endpoint}/${bucket}/a`);
  assert.deepEqual([answer.status, await answer.text()], [200, "1"]);
  assert.equal((await fetch(`${endpoint}/${bucket}/b`, { method: "PUT", body: "2" })).status, 403);
});

scenario("keeps lifecycle rules", async (client, bucket) => {
  await refused(404, "NoSuchLifecycle", () => client.getBucketLifecycle(bucket));
  await client.putBucketLifecycle(bucket, [
    { id: "old logs", prefix: "logs/", status: "Enabled", expiration: { days: 30 } },
    { id: "parts", prefix: "", status: "Enabled", abortMultipartUpload: { days: 3 } },
  ]);
  const { rules } = await client.getBucketLifecycle(bucket);
  assert.deepEqual(
    rules.map(({ id, prefix, status }) => [id, prefix, status]),
    [
      ["old logs", "logs/", "Enabled"],
      ["parts", "", "Enabled"],
    ],
  );
  assert.equal(rules[0].expiration.days, "30");
  await client.deleteBucketLifecycle(bucket);
  await refused(404, "NoSuchLifecycle", () => client.getBucketLifecycle(bucket));
});

scenario("keeps CORS rules, and a browser's preflight is answered by them", async (client, bucket) => {
  await refused(404, "NoSuchCORSConfiguration", () => client.getBucketCORS(bucket));
  const rule = {
    allowedOrigin: "https://example.com",
    allowedMethod: ["GET", "PUT"],
    allowedHeader: "*",
    exposeHeader: ["ETag", "x-oss-request-id"],
    maxAgeSeconds: "60",
  };
  await client.putBucketCORS(bucket, [rule]);
  const { rules } = await client.getBucketCORS(bucket);
  assert.deepEqual(rules[0].allowedMethod, ["GET", "PUT"]);
  const preflight = (origin) =>
    fetch(`${endpoint}/${bucket}/a`, {
      method: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Method": "PUT" },
    });
  const answer = await preflight("https://example.com");
  assert.deepEqual(
    [answer.status, answer.headers.get("access-control-allow-origin")],
    [200, "https://example.com"],
  );
  assert.equal((await preflight("https://other.example")).status, 403);
  await client.deleteBucketCORS(bucket);
  assert.equal((await preflight("https://example.com")).status, 403);
});

scenario("keeps versions", async (client, bucket) => {
  await client.putBucketVersioning(bucket, "Enabled");
  assert.equal((await client.getBucketVersioning(bucket)).versionStatus, "Enabled");
  const versions = [];
  for (const text of ["first", "second"]) {
    const put = await client.put("a", Buffer.from(text));
    versions.push(put.res.headers["x-oss-version-id"]);
  }
  const [first, second] = versions;
  assert.ok(first && second && first !== second);
  assert.equal((await client.get("a", { versionId: first })).content.toString(), "first");
  const deleted = await client.delete("a");
  assert.equal(deleted.res.headers["x-oss-delete-marker"], "true");
  await refused(404, "NoSuchKey", () => client.get("a"));
  const listed = await client.getBucketVersions();
  assert.deepEqual(
    [listed.objects.map(({ versionId }) => versionId), listed.deleteMarker.length],
    [[second, first], 1],
  );
  await client.delete("a", { versionId: listed.deleteMarker[0].versionId });
  assert.equal((await client.get("a")).content.toString(), "second");
  await client.delete("a", { versionId: second });
  assert.equal((await client.get("a")).content.toString(), "first");
  await refused(404, "NoSuchVersion", () => client.get("a", { versionId: second }));
});

scenario("keeps tags, a policy, a payer and counts of a bucket", async (client, bucket) => {
  await client.putBucketTags(bucket, { colour: "blue" });
  assert.deepEqual((await client.getBucketTags(bucket)).tag, { colour: "blue" });
  const Resource = [`acs:oss:*:*:${bucket}/*`];
  const statement = { Effect: "Allow", Principal: ["*"], Action: ["oss:GetObject"], Resource };
  await client.putBucketPolicy(bucket, { Version: "1", Statement: [statement] });
  assert.deepEqual((await client.getBucketPolicy(bucket)).policy.Statement, [statement]);
  await client.deleteBucketPolicy(bucket);
  await client.putBucketRequestPayment(bucket, "Requester");
  assert.equal((await client.getBucketRequestPayment(bucket)).payer, "Requester");
  await client.putBucketRequestPayment(bucket, "BucketOwner");
  await client.put("a", Buffer.from("12345"));
  const { stat } = await client.getBucketStat(bucket);
  assert.deepEqual([stat.Storage, stat.ObjectCount], ["5", "1"]);
});

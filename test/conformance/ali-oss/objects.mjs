// Objects in one piece, and what is said of them.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { pattern, refused, scenario } from "./scenario.mjs";

const KEY = "dir/中 文+%2F&<>.bin";

scenario("puts, gets, heads, copies and deletes an object", async (client) => {
  const data = pattern(300_000);
  const put = await client.put(KEY, data, { meta: { colour: "blue" }, mime: "text/x-odd" });
  const got = await client.get(KEY);
  assert.ok(got.content.equals(data));
  assert.equal(got.res.headers.etag, put.res.headers.etag);
  const head = await client.head(KEY);
  assert.deepEqual([head.meta, head.res.headers["content-type"]], [{ colour: "blue" }, "text/x-odd"]);
  await client.copy("copy", KEY);
  assert.ok((await client.get("copy")).content.equals(data));
  await client.delete(KEY);
  await refused(404, "NoSuchKey", () => client.get(KEY));
});

scenario("puts a stream of unknown length, and gets a range", async (client) => {
  await client.putStream("a", Readable.from([Buffer.from("01234"), Buffer.from("56789")]));
  const got = await client.get("a", { headers: { Range: "bytes=3-5" } });
  assert.deepEqual([got.res.status, got.content.toString()], [206, "345"]);
});

scenario("lists objects page by page, and deletes them in a batch", async (client) => {
  const keys = ["a/1", "a/2", "b", KEY];
  for (const key of keys) {
    await client.put(key, Buffer.from(key));
  }
  const first = await client.list({ "max-keys": 2 });
  assert.deepEqual([first.objects.map(({ name }) => name), first.isTruncated], [["a/1", "a/2"], true]);
  const second = await client.list({ "max-keys": 10, marker: first.nextMarker });
  assert.deepEqual(
    second.objects.map(({ name }) => name),
    ["b", KEY],
  );
  const grouped = await client.listV2({ delimiter: "/" });
  assert.deepEqual([grouped.prefixes, grouped.objects.map(({ name }) => name)], [["a/", "dir/"], ["b"]]);
  const { deleted } = await client.deleteMulti(keys);
  assert.deepEqual(
    deleted.map((each) => each.Key),
    keys,
  );
  assert.equal((await client.list()).objects?.length ?? 0, 0);
});

scenario("appends to an object", async (client) => {
  const first = await client.append("log", Buffer.from("one "));
  assert.equal(first.nextAppendPosition, "4");
  const second = await client.append("log", Buffer.from("two"), { position: first.nextAppendPosition });
  assert.equal(second.nextAppendPosition, "7");
  const got = await client.get("log");
  assert.deepEqual([got.content.toString(), got.res.headers["x-oss-object-type"]], ["one two", "Appendable"]);
  const append = () => client.append("log", Buffer.from("again"), { position: 4 });
  const failure = await refused(409, "PositionNotEqualToLength", append);
  assert.ok(failure.requestId);
  await client.put("other", Buffer.from("1"));
  await refused(409, "ObjectNotAppendable", () => client.append("other", Buffer.from("2"), { position: 1 }));
});

scenario("tags objects", async (client) => {
  await client.put("a", Buffer.from("1"), { headers: { "x-oss-tagging": "colour=blue&size=" } });
  assert.deepEqual((await client.getObjectTagging("a")).tag, { colour: "blue", size: "" });
  assert.equal((await client.head("a")).res.headers["x-oss-tagging-count"], "2");
  await client.putObjectTagging("a", { "na me+": "v=1/:._-", b: "c" });
  assert.deepEqual((await client.getObjectTagging("a")).tag, { "na me+": "v=1/:._-", b: "c" });
  await client.deleteObjectTagging("a");
  assert.deepEqual((await client.getObjectTagging("a")).tag, {});
  await refused(404, "NoSuchKey", () => client.getObjectTagging("gone"));
});

scenario("sets who may read an object, and a stranger may", async (client) => {
  await client.put("a", Buffer.from("1"));
  assert.equal((await client.getACL("a")).acl, "default");
  await client.putACL("a", "public-read");
  assert.equal((await client.getACL("a")).acl, "public-read");
  await client.put("b", Buffer.from("2"), { headers: { "x-oss-object-acl": "private" } });
  assert.equal((await client.getACL("b")).acl, "private");
  await refused(400, "InvalidArgument", () => client.putACL("a", "whoever"));
});

scenario("makes symbolic links", async (client) => {
  await client.put(KEY, Buffer.from("target"));
  await client.putSymlink("link", KEY, { meta: { colour: "blue" } });
  assert.equal((await client.getSymlink("link")).targetName, KEY);
  const got = await client.get("link");
  assert.deepEqual([got.content.toString(), got.res.headers["x-oss-object-type"]], ["target", "Symlink"]);
  await client.delete(KEY);
  await refused(404, "SymlinkTargetNotExist", () => client.get("link"));
  await refused(404, "NoSuchKey", () => client.getSymlink("gone"));
});

scenario("restores archived objects", async (client) => {
  await client.put("cold", Buffer.from("1"), { headers: { "x-oss-storage-class": "Archive" } });
  await refused(403, "InvalidObjectState", () => client.get("cold"));
  assert.equal((await client.restore("cold", { type: "Archive", Days: 2 })).res.status, 202);
  assert.match((await client.head("cold")).res.headers["x-oss-restore"], /ongoing-request="false"/);
  assert.equal((await client.get("cold")).content.toString(), "1");
});

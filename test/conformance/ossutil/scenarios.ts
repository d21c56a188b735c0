// What people do with ossutil, checked by what it prints, what it leaves, and the bytes that come back.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { repeatableBytes } from "../repeatable-bytes.ts";
import type { Ossutil } from "./ossutil.ts";

export interface OssutilScenario {
  readonly name: string;
  /** @param bucket  there already, empty, and no other scenario's */
  run(ossutil: Ossutil, bucket: string): Promise<void>;
}

const PART_SIZE = 100 * 1024;
const LARGE = repeatableBytes(20 * PART_SIZE + 777);
/** Everything above one part goes in parts, with a checkpoint after every one. */
const inParts: readonly string[] = [
  ...["--bigfile-threshold", String(PART_SIZE), "--part-size", String(PART_SIZE)],
  ...["--checkpoint-dir", "checkpoints", "--retry-times", "1"],
];
/** 1 MiB a second, so that a transfer of 2 MiB is under way for long enough to be broken off. */
const slowly: readonly string[] = ["--maxupspeed", "1024", "--parallel", "1"];
const BREAK_AFTER_MS = 1200;
const UPLOAD_ID = /\b[0-9A-F]{32}\b/g;

export const ossutilScenarios: readonly OssutilScenario[] = [
  {
    name: "makes, lists and describes a bucket",
    async run(ossutil, bucket) {
      assert.match(await ossutil.run("ls"), new RegExp(`oss://${bucket}\\n`));
      assert.match(await ossutil.run("stat", `oss://${bucket}`), /ACL\s+: private/);
    },
  },
  {
    name: "uploads and downloads a file in one piece",
    async run(ossutil, bucket) {
      const bytes = repeatableBytes(5000);
      await writeFile(join(ossutil.folder, "small.bin"), bytes);
      await ossutil.run("cp", "small.bin", `oss://${bucket}/`);
      await ossutil.run("cp", `oss://${bucket}/small.bin`, "back.bin");
      assert.deepEqual(await readFile(join(ossutil.folder, "back.bin")), bytes);
      assert.match(await ossutil.run("ls", `oss://${bucket}`), /\b5000\b.*oss:\/\/.*\/small\.bin/);
    },
  },
  {
    name: "uploads and downloads a file in parts, with checkpoints",
    async run(ossutil, bucket) {
      await putLarge(ossutil, bucket);
      assert.match(await ossutil.run("ls", `oss://${bucket}`), /[0-9A-F]{32}-21\s+oss:\/\/.*\/large\.bin/);
      await ossutil.run("cp", `oss://${bucket}/large.bin`, "back.bin", ...inParts);
      assert.deepEqual(await readFile(join(ossutil.folder, "back.bin")), LARGE);
    },
  },
  {
    name: "tells what an object is",
    async run(ossutil, bucket) {
      await putLarge(ossutil, bucket);
      const text = await ossutil.run("stat", `oss://${bucket}/large.bin`);
      assert.match(text, /Content-Length\s+: 2048777/);
      assert.match(text, /X-Oss-Object-Type\s+: Multipart/);
      assert.match(text, /X-Oss-Hash-Crc64ecma\s+: \d+/);
    },
  },
  {
    name: "goes on with an upload that was killed",
    async run(ossutil, bucket) {
      const before = await breakUploadOff(ossutil, bucket);
      assert.equal(before.length, 1);
      await ossutil.run("cp", "large.bin", `oss://${bucket}/`, ...inParts);
      // An upload that was started anew would leave the first one behind.
      assert.deepEqual(await uploadIds(ossutil, bucket), []);
      await ossutil.run("cp", `oss://${bucket}/large.bin`, "back.bin");
      assert.deepEqual(await readFile(join(ossutil.folder, "back.bin")), LARGE);
    },
  },
  {
    name: "lists and aborts unfinished uploads",
    async run(ossutil, bucket) {
      const [uploadId = ""] = await breakUploadOff(ossutil, bucket);
      assert.match(await ossutil.run("ls", `oss://${bucket}`, "-m"), /UploadID Number is: 1/);
      const parts = await ossutil.run("listpart", `oss://${bucket}/large.bin`, uploadId);
      assert.match(parts, /part count:[1-9]/);
      await ossutil.run("getallpartsize", `oss://${bucket}`);
      await ossutil.run("rm", `oss://${bucket}`, "-m", "-r", "-f");
      assert.deepEqual(await uploadIds(ossutil, bucket), []);
    },
  },
  {
    name: "uploads, lists and downloads a folder with names of every kind",
    async run(ossutil, bucket) {
      const names = ["a b+c.txt", "deep/er/100%.txt", "deep/中文 名.txt", "deep/q'&<>.txt", "x%2Fy.txt"];
      for (const name of names) {
        await mkdir(dirname(join(ossutil.folder, "tree", name)), { recursive: true });
        await writeFile(join(ossutil.folder, "tree", name), name);
      }
      await ossutil.run("cp", "tree", `oss://${bucket}/up/`, "-r");
      const listed = await ossutil.run("ls", `oss://${bucket}/up/`, "-s");
      for (const name of names) {
        assert(listed.includes(`oss://${bucket}/up/${name}\n`), `${name} is listed`);
      }
      assert.match(await ossutil.run("ls", `oss://${bucket}/up/`, "-d"), /oss:\/\/.*\/up\/deep\/\n/);
      await ossutil.run("cp", `oss://${bucket}/up/`, "down", "-r");
      for (const name of names) {
        assert.equal(await readFile(join(ossutil.folder, "down", name), "utf8"), name);
      }
    },
  },
  {
    name: "copies within the service, in one piece and in parts",
    async run(ossutil, bucket) {
      await putLarge(ossutil, bucket);
      await ossutil.run(
        "cp",
        `oss://${bucket}/large.bin`,
        `oss://${bucket}/copies/中 文+`,
        "--acl",
        "default",
      );
      await ossutil.run("cp", `oss://${bucket}/copies/中 文+`, `oss://${bucket}/copies/parts`, ...inParts);
      await ossutil.run("cp", `oss://${bucket}/copies/`, "copies", "-r");
      assert.deepEqual((await readdir(join(ossutil.folder, "copies"))).toSorted(), ["parts", "中 文+"]);
      assert.deepEqual(await readFile(join(ossutil.folder, "copies/parts")), LARGE);
      assert.deepEqual(await readFile(join(ossutil.folder, "copies/中 文+")), LARGE);
    },
  },
  {
    name: "signs a URL that anybody can fetch, for one key alone",
    async run(ossutil, bucket) {
      const key = "中 文+.bin";
      await writeFile(join(ossutil.folder, key), "signed");
      await ossutil.run("cp", key, `oss://${bucket}/dir/`);
      const [url = ""] = (await ossutil.run("sign", `oss://${bucket}/dir/${key}`, "--timeout", "60")).split(
        "\n",
      );
      const answer = await fetch(url);
      assert.deepEqual([answer.status, await answer.text()], [200, "signed"]);
      const ofAnotherKey = url.replace(/dir(?=%2F|\/)/, "other");
      assert.equal((await fetch(ofAnotherKey)).status, 403);
    },
  },
  {
    name: "skips what is up to date, and synchronises",
    async run(ossutil, bucket) {
      await mkdir(join(ossutil.folder, "tree"));
      await writeFile(join(ossutil.folder, "tree/a.txt"), "a");
      await ossutil.run("sync", "tree", `oss://${bucket}/`, "--force");
      await writeFile(join(ossutil.folder, "tree/b.txt"), "b");
      assert.match(await ossutil.run("sync", "tree", `oss://${bucket}/`, "--force", "-u"), /skip 1 files/i);
      await ossutil.run("cp", `oss://${bucket}/`, "down", "-r");
      assert.deepEqual((await readdir(join(ossutil.folder, "down"))).toSorted(), ["a.txt", "b.txt"]);
      assert.match(await ossutil.run("cat", `oss://${bucket}/b.txt`), /^b/);
      assert.match(await ossutil.run("du", `oss://${bucket}`), /total object count: 2\b/);
    },
  },
  {
    name: "removes an object, a folder and a bucket",
    async run(ossutil, bucket) {
      for (const key of ["a", "b/1", "b/2", "c"]) {
        await writeFile(join(ossutil.folder, "one.txt"), "1");
        await ossutil.run("cp", "one.txt", `oss://${bucket}/${key}`);
      }
      await ossutil.run("rm", `oss://${bucket}/a`);
      assert.match(await ossutil.run("ls", `oss://${bucket}`), /Object Number is: 3/);
      await ossutil.run("rm", `oss://${bucket}/b/`, "-r", "-f");
      assert.match(await ossutil.run("ls", `oss://${bucket}`), /Object Number is: 1/);
      assert.match(await ossutil.refuse("rm", `oss://${bucket}`, "-b", "-f"), /BucketNotEmpty/);
      await ossutil.run("rm", `oss://${bucket}`, "-r", "-b", "-a", "-f");
      assert(!(await ossutil.run("ls")).includes(`oss://${bucket}\n`));
    },
  },
  {
    name: "understands what it is refused",
    async run(ossutil, bucket) {
      assert.match(await ossutil.refuse("cat", `oss://${bucket}/gone`), /ErrorCode=NoSuchKey/);
      assert.match(await ossutil.refuse("ls", `oss://${bucket}-gone`), /ErrorCode=NoSuchBucket/);
      const wrong = await ossutil.refuse("ls", `oss://${bucket}`, "--access-key-secret", "wrong");
      assert.match(wrong, /ErrorCode=SignatureDoesNotMatch/);
    },
  },
];

async function putLarge(ossutil: Ossutil, bucket: string): Promise<void> {
  await writeFile(join(ossutil.folder, "large.bin"), LARGE);
  await ossutil.run("cp", "large.bin", `oss://${bucket}/`, ...inParts);
}

async function breakUploadOff(ossutil: Ossutil, bucket: string): Promise<readonly string[]> {
  await writeFile(join(ossutil.folder, "large.bin"), LARGE);
  await ossutil.breakOff(BREAK_AFTER_MS, "cp", "large.bin", `oss://${bucket}/`, ...inParts, ...slowly);
  return uploadIds(ossutil, bucket);
}

async function uploadIds(ossutil: Ossutil, bucket: string): Promise<readonly string[]> {
  return (await ossutil.run("ls", `oss://${bucket}`, "-m")).match(UPLOAD_ID) ?? [];
}

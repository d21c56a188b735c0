// Users of a running server, as an operator makes and unmakes them.
import assert from "node:assert/strict";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readCredentials } from "../../src/cli/data-folder.ts";
import { Bucket } from "../../src/client/node/index.ts";
import { parseEndpoint, requestAddress } from "../../src/protocol/addressing/endpoint.ts";
import {
  oss,
  putBucket,
  putBucketPublicAccessBlock,
  putBucketReferer,
  type RequestMessage,
} from "../../src/protocol/index.ts";
import { signV4Header } from "../../src/protocol/signing/sign-v4-header.ts";
import { nodeSigningCrypto } from "../../src/server/node-signing-crypto.ts";
import { type ServedFolder, serveFolder } from "../e2e/server-process.ts";
import { mountSmallDisk } from "../storage/small-disk.ts";
import { type CommandResult, runCommand } from "./run-command.ts";

interface ShownKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

let folder: string;
let server: ServedFolder;

async function user(...words: readonly string[]): Promise<CommandResult> {
  return runCommand(["user", ...words, "--data", "data"], { cwd: folder });
}

async function shown(...words: readonly string[]): Promise<ShownKey> {
  const { status, stdout, stderr } = await user(...words, "--json");
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as ShownKey;
}

function bucketOf(key: ShownKey): Bucket {
  return new Bucket(key, server.endpoint, "bucket", { region: "cn-hangzhou" });
}

describe("partwise user", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partwise-user-"));
    server = await serveFolder(join(folder, "data"), ["--workers", "1"]);
    await server.bucket("bucket").createBucket();
    await server.bucket("bucket").putObject("key", new TextEncoder().encode("text"));
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("makes one with a policy, and takes the key back, while the server runs", async () => {
    const statement = { Effect: "Allow", Action: "oss:GetObject", Resource: "acs:oss:*:*:bucket/k*" };
    await writeFile(join(folder, "keys.json"), JSON.stringify({ Version: "1", Statement: [statement] }));
    const key = await shown("add", "reader", "--policy", "keys.json");
    const bucket = bucketOf(key);

    assert.equal((await bucket.headObject("key")).sizeBytes, 4);
    await assert.rejects(bucket.deleteObject("key"), { code: "AccessDenied" });
    const listed = await user("ls");
    assert.match(listed.stdout, /Z {2}\d{18} {2}reader, 1 of 1 keys enabled, policies keys\n$/);
    await user("key", "disable", "reader", key.accessKeyId);
    await assert.rejects(bucket.headObject("key"), { code: "InvalidAccessKeyId" });
  });

  it("makes one who may only write, and may still abort an upload whose id is known", async () => {
    const actions = ["oss:PutObject", "oss:AbortMultipartUpload"];
    const statement = { Effect: "Allow", Action: actions, Resource: "acs:oss:*:*:bucket/*" };
    await writeFile(join(folder, "writes.json"), JSON.stringify({ Version: "1", Statement: [statement] }));
    const key = await shown("add", "writer", "--policy", "writes.json");
    const { uploadId } = await bucketOf(key).initMultipartUpload("left");
    const environment = {
      OSS_ACCESS_KEY_ID: key.accessKeyId,
      OSS_ACCESS_KEY_SECRET: key.accessKeySecret,
    };
    const words = [
      "uploads",
      "abort",
      "oss://bucket/left",
      "--endpoint",
      server.endpoint,
      "--region",
      "cn-hangzhou",
    ];
    const abort = (id: string) => runCommand([...words, "--upload-id", id], { cwd: folder, environment });

    const aborted = await abort(uploadId);
    const again = await abort(uploadId);

    assert.equal(aborted.stderr, "");
    assert.match(
      aborted.stdout,
      /^aborted .*\n1 upload aborted; this access key may not see what it held\n$/,
    );
    assert.equal((await server.bucket("bucket").listMultipartUploads()).uploads.length, 0);
    assert.deepEqual([again.status, again.stderr.slice(0, 22)], [1, "partwise: NoSuchUpload"]);
  });

  it("tells a command that was typed wrongly from one that failed, and from one that says no", async () => {
    const missing = await runCommand(["user", "key", "add"], { cwd: folder });
    const unknown = await runCommand(["policy", "explain", "reader", "--source-ip"], { cwd: folder });
    const failed = await runCommand(["user", "rm", "nobody", "--data", "data", "--verbose"], { cwd: folder });

    assert.deepEqual([missing.status, unknown.status, failed.status], [2, 2, 1]);
    assert.match(unknown.stderr, /\(add --help for the options\)\n$/);
    assert.match(failed.stderr, /^partwise: there is no user nobody\n.*IdentityError/s);
  });

  it("makes a key of the account, and gives the commands on this machine a new one", async () => {
    const root = await shown("key", "add", "root");
    const before = await readCredentials(join(folder, "data"));
    const local = await shown("key", "rotate", "local");

    assert.equal((await bucketOf(root).headObject("key")).sizeBytes, 4);
    assert.equal((await bucketOf(local).headObject("key")).sizeBytes, 4);
    await assert.rejects(bucketOf(before as ShownKey).headObject("key"), { code: "InvalidAccessKeyId" });
    assert.equal((await readCredentials(join(folder, "data")))?.accessKeyId, local.accessKeyId);
  });

  it("has it explained why somebody may do something, and may not", async () => {
    const explain = (action: string) =>
      runCommand(["policy", "explain", "local", action, "oss://bucket/key", "--data", "data"], {
        cwd: folder,
      });

    const allowed = await explain("oss:GetObject");
    const denied = await explain("sts:AssumeRole");

    assert.deepEqual([allowed.status, denied.status], [0, 1], allowed.stderr + denied.stderr);
    assert.match(
      allowed.stdout,
      /^allowed: user local may oss:GetObject on acs:oss:cn-hangzhou:partwise:bucket\/key\n {2}because statement 1 of the policy AliyunOSSFullAccess of user local allows it\n {2}\{"Effect":"Allow","Action":\["oss:\*"\],"Resource":"\*"\}\n$/,
    );
    assert.match(denied.stdout, /^denied: .*\n {2}because no policy allows it, and no ACL can\n$/);
  });

  it("has it explained of a bucket that is blocked, and that asks for the page of a URL", async () => {
    await set(putBucket.encodeRequest({ bucket: "guarded", acl: "public-read" }, oss));
    await set(
      putBucketReferer.encodeRequest(
        {
          bucket: "guarded",
          configuration: {
            ...{ allowEmptyReferer: false, allowTruncateQueryString: true, truncatePath: false },
            ...{ whitelist: ["http://own.example/"], blacklist: [] },
          },
        },
        oss,
      ),
    );
    const explain = () =>
      runCommand(["policy", "explain", "anonymous", "oss:GetObject", "oss://guarded/key", "--data", "data"], {
        cwd: folder,
      });

    const open = await explain();
    await set(putBucketPublicAccessBlock.encodeRequest({ bucket: "guarded", blockPublicAccess: true }, oss));
    const blocked = await explain();

    assert.deepEqual([open.status, blocked.status], [0, 1], open.stderr + blocked.stderr);
    assert.match(
      blocked.stdout,
      /because public access to the bucket is blocked, though no policy speaks of it/,
    );
  });

  /** As the server's own user. */
  async function set(request: RequestMessage): Promise<void> {
    const credentials = (await readCredentials(join(folder, "data"))) as ShownKey;
    const options = { credentials, time: new Date(), region: "cn-hangzhou" };
    const { method, headers, text = "" } = await signV4Header(request, options, nodeSigningCrypto);
    const { scheme, host, target } = requestAddress(
      parseEndpoint(server.endpoint),
      request.resource,
      request.query,
    );
    const answer = await fetch(`${scheme}://${host}${target}`, { method, headers, body: Buffer.from(text) });
    assert.equal(answer.status, 200, await answer.text());
  }
});

describe("partwise user on a full disk", () => {
  it("still takes a key away, with what the server holds back", async (test) => {
    const disk = await mountSmallDisk("ext4", 32 * 1024 * 1024);
    if (typeof disk === "string") {
      test.skip(disk);
      return;
    }
    await using small = disk;
    await using served = await serveFolder(join(small.path, "data"), ["--reserve", "4MiB"]);
    const run = (...words: readonly string[]) =>
      runCommand(["user", ...words, "--data", "data"], { cwd: small.path });
    const made = await run("add", "someone", "--json");
    const { accessKeyId } = JSON.parse(made.stdout) as ShownKey;
    await untilReserved(join(small.path, "data"));
    await small.fillUp();

    const taken = await run("key", "disable", "someone", accessKeyId);

    assert.deepEqual([taken.status, taken.stderr], [0, ""]);
    assert.match((await run("key", "ls", "someone")).stdout, new RegExp(`disabled  ${accessKeyId}`));
    assert.equal(await served.stop(), 0);
  });
});

/** The server makes its reserve beside its start. */
async function untilReserved(data: string): Promise<void> {
  while (((await stat(join(data, "reserve")).catch(() => undefined))?.size ?? 0) < 4 * 1024 * 1024) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

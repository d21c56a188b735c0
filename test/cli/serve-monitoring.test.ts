import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { serveCommand } from "../../src/cli/commands/serve.ts";
import { readServeConfig } from "../../src/cli/serve-config.ts";
import { serveFolder } from "../e2e/server-process.ts";
import { freePort } from "./free-port.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-monitoring-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("partwise serve", () => {
  it("tells its health and its figures at an address of their own, and writes an access log", async () => {
    const monitor = `127.0.0.1:${await freePort()}`;
    const accessLog = join(folder, "access.log");
    const server = await serveFolder(join(folder, "data"), ["--monitor", monitor, "--access-log", accessLog]);
    const bucket = server.bucket("bucket");
    await bucket.createBucket();
    await bucket.putObject("a/key", "hello");
    const { uploadId } = await bucket.initMultipartUpload("open");
    await bucket.uploadPart("open", uploadId, 1, "a part");
    await assert.rejects(bucket.getObject("none"), { code: "NoSuchKey" });
    const ask = (path: string) => fetch(`http://${monitor}${path}`);

    const ready = await ask("/-/health/ready");
    const metrics = await (await ask("/-/metrics")).text();
    const elsewhere = await fetch(`${server.endpoint}/-/metrics`);

    assert.deepEqual([ready.status, await ready.text()], [200, "ready\n"]);
    assert.equal((await ask("/-/health/live")).status, 200);
    assert.equal((await ask("/bucket/a/key")).status, 404);
    assert.match(metrics, /^partwise_requests_total\{operation="PutObject",status="200",code=""\} 1$/m);
    assert.match(
      metrics,
      /^partwise_requests_total\{operation="GetObject",status="404",code="NoSuchKey"\} 1$/m,
    );
    assert.match(metrics, /^partwise_received_bytes_total\{operation="PutObject"\} 5$/m);
    assert.match(metrics, /^partwise_open_uploads\{bucket="bucket"\} 1$/m);
    assert.match(metrics, /^partwise_open_upload_bytes\{bucket="bucket"\} 6$/m);
    assert.match(metrics, /^partwise_garbage_blobs 0$/m);
    assert.match(metrics, /^partwise_garbage_bytes 0$/m);
    // Four changes, one after another: a bucket, an object, an upload, a part.
    assert.ok(figure(metrics, "partwise_commit_changes_sum") >= 4, metrics);
    assert.ok(figure(metrics, "partwise_commit_duration_seconds_count") >= 4, metrics);
    assert.ok(figure(metrics, 'partwise_sync_duration_seconds_count{of="segment"}') >= 2, metrics);
    assert.match(metrics, /^partwise_event_loop_delay_seconds\{quantile="0.99"\} \d/m);
    assert.match(metrics, /^partwise_disk_free_bytes \d/m);
    assert.match(metrics, /^nodejs_eventloop_lag_p99_seconds \d/m);
    assert.equal(elsewhere.status, 403);

    assert.equal(await server.stop(), 0);
    const lines = (await readFile(accessLog, "utf8")).trimEnd().split("\n");
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      records.map(({ operation, key, status }) => ({ operation, key, status })),
      [
        { operation: "PutBucket", key: undefined, status: 200 },
        { operation: "PutObject", key: "a/key", status: 200 },
        { operation: "InitiateMultipartUpload", key: "open", status: 200 },
        { operation: "UploadPart", key: "open", status: 200 },
        { operation: "GetObject", key: "none", status: 404 },
        { operation: "GetObject", key: "metrics", status: 403 },
      ],
    );
    assert.doesNotMatch(lines.join("\n"), /[Ss]ignature|[Aa]uthorization/);
  });

  it("says that it is not ready from the moment it is told to stop, while requests still end", async () => {
    const monitor = `127.0.0.1:${await freePort()}`;
    const server = await serveFolder(join(folder, "data"), ["--monitor", monitor]);
    const bucket = server.bucket("bucket");
    await bucket.createBucket();
    const begun = request(await bucket.signUrl("PUT", "key", { expiresInSeconds: 60 }), {
      method: "PUT",
      headers: { "content-length": "10", expect: "100-continue" },
    });
    begun.flushHeaders();
    await once(begun, "continue");
    const ready = () => fetch(`http://${monitor}/-/health/ready`);
    assert.equal((await ready()).status, 200);

    const stopped = server.stop();
    let answer = await ready();
    while (answer.status === 200) {
      answer = await ready();
    }

    assert.deepEqual([answer.status, await answer.text()], [503, "the server is stopping\n"]);
    assert.equal((await fetch(`http://${monitor}/-/health/live`)).status, 200);
    begun.end("0123456789");
    const [{ statusCode }] = (await once(begun, "response")) as [IncomingMessage];
    assert.equal(statusCode, 200);
    assert.equal(await stopped, 0);
  });

  it("adds up the figures of its workers, and gives each figure once", async () => {
    const monitor = `127.0.0.1:${await freePort()}`;
    await using server = await serveFolder(join(folder, "data"), ["--monitor", monitor, "--workers", "2"]);
    await server.bucket("bucket").createBucket();
    // Each client has connections of its own, so they come to both workers.
    const keys = Array.from({ length: 8 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key) => server.bucket("bucket").putObject(key, "hello")));
    await server.bucket("bucket").deleteObject("key-0");

    const metrics = await (await fetch(`http://${monitor}/-/metrics`)).text();

    const types = metrics.split("\n").filter((line) => line.startsWith("# TYPE"));
    assert.deepEqual(
      types.filter((line, index) => types.indexOf(line) !== index),
      [],
    );
    const puts = 'partwise_requests_total{operation="PutObject",status="200",code=""}';
    assert.equal(figure(metrics, puts), keys.length);
    // A bucket, eight objects, a deletion; commits of those that came together are one.
    assert.ok(figure(metrics, "partwise_commit_changes_sum") >= 10, metrics);
    assert.ok(figure(metrics, 'partwise_sync_duration_seconds_count{of="segment"}') >= 1, metrics);
    assert.equal(figure(metrics, "partwise_garbage_blobs"), 1);
    assert.equal(figure(metrics, "partwise_garbage_bytes"), 5);
    assert.match(metrics, /^partwise_event_loop_delay_seconds\{quantile="1"\} \d/m);
    assert.match(metrics, /^partwise_committer_event_loop_delay_seconds\{quantile="1"\} \d/m);
  });

  it("says which object the disk has damaged, until it is written anew", async () => {
    const monitor = `127.0.0.1:${await freePort()}`;
    const often = ["--scrub-interval", "1", "--scrub-rate", "1000"];
    await using server = await serveFolder(join(folder, "data"), ["--monitor", monitor, ...often]);
    const bucket = server.bucket("bucket");
    await bucket.createBucket();
    await bucket.putObject("a/key", "hello");
    const ask = () => fetch(`http://${monitor}/-/health/data`);
    assert.equal((await ask()).status, 200);

    await flipBitsOfSegments(join(folder, "data", "blobs"));
    const damaged = await until(ask, ({ status }) => status === 503);
    await bucket.putObject("a/key", "hello");
    const mended = await until(ask, ({ status }) => status === 200);

    assert.match(await damaged.text(), /^blob \S+ of object bucket\/a\/key, part 1: .*\n$/);
    assert.equal(await mended.text(), "no damage is known\n");
    assert.match(server.stderr(), /"requestId":"scrub".*object bucket\/a\/key/);
    const metrics = await (await fetch(`http://${monitor}/-/metrics`)).text();
    assert.equal(figure(metrics, "partwise_damaged_blobs"), 0);
    assert.ok(figure(metrics, "partwise_scrub_ended_timestamp_seconds") > 1_700_000_000, metrics);
    assert.equal(await server.stop(), 0, server.stderr());
  });

  it("goes on in a new access log when the old one was moved away", async () => {
    const accessLog = join(folder, "access.log");
    const server = await serveFolder(join(folder, "data"), ["--access-log", accessLog]);
    await rm(accessLog);

    server.child.kill("SIGUSR2");
    await untilThere(accessLog);
    await server.bucket("bucket").createBucket();

    assert.equal(await server.stop(), 0);
    assert.match(await readFile(accessLog, "utf8"), /"operation":"PutBucket"/);
  });

  it("names all that is wrong with its configuration at once", async () => {
    const config = join(folder, "partwise.json");
    const mistakes = { port: 99_999, log: "xml", baseHost: ["a", 3], prot: 80 };
    await writeFile(config, JSON.stringify(mistakes));

    const { status, stderr } = await runCommand(["serve", "--config", config], { cwd: folder });

    assert.equal(status, 1);
    assert.deepEqual(stderr.split("\n").slice(1), [
      "  port must be a whole number from 0 to 65535",
      "  baseHost.1 must be a text",
      '  log must be "json" or "text"',
      "  prot is not an option",
      "",
    ]);
  });

  it("names what is wrong with addresses, hosts and sizes along with the rest", async () => {
    const config = join(folder, "partwise.json");
    const mistakes = { monitor: "7071", baseHost: ["a:80"], callbackHost: ["http://a"], reserve: "much" };
    await writeFile(config, JSON.stringify(mistakes));

    const { stderr } = await runCommand(["serve", "--config", config], { cwd: folder });

    assert.deepEqual(stderr.split("\n").slice(1), [
      "  baseHost.0 must be a host name, such as oss.example.com",
      "  callbackHost.0 must be HOST or HOST:PORT",
      "  reserve must be a size such as 64MiB, or a number of bytes",
      "  monitor must be HOST:PORT, such as 127.0.0.1:7071",
      "",
    ]);
  });

  it("says in one line that its configuration is no JSON", async () => {
    const config = join(folder, "partwise.json");
    await writeFile(config, "no\nJSON\n");

    await assert.rejects(readServeConfig(config), /^CommandError: the configuration \S+ is no JSON: [^\n]+$/);
  });

  it("takes a list for no configuration", async () => {
    const config = join(folder, "partwise.json");
    await writeFile(config, "[1]");

    const { stderr } = await runCommand(["serve", "--config", config], { cwd: folder });

    assert.deepEqual(stderr.split("\n").slice(1), ["  the whole must be an object", ""]);
  });

  it("knows every flag in its configuration", async () => {
    const flags = serveCommand().options.map((option) => option.attributeName());
    const configurable = flags.filter((name) => name !== "config" && name !== "verbose");
    const config = join(folder, "partwise.json");
    await writeFile(config, JSON.stringify(Object.fromEntries(configurable.map((name) => [name, {}]))));

    await assert.rejects(readServeConfig(config), ({ message }: Error) => {
      assert.equal(message.split("\n").length, 1 + configurable.length);
      assert.doesNotMatch(message, /is not an option/);
      return true;
    });
  });

  it("takes from its configuration what no flag says", async () => {
    const config = join(folder, "partwise.json");
    const accessLog = join(folder, "configured.log");
    await writeFile(config, JSON.stringify({ accessLog, port: 1, region: "cn-beijing" }));

    const server = await serveFolder(join(folder, "data"), ["--config", config]);

    await server.bucket("bucket", { region: "cn-beijing" }).createBucket();
    assert.notEqual(new URL(server.endpoint).port, "1");
    assert.equal(await server.stop(), 0);
    assert.match(await readFile(accessLog, "utf8"), /PutBucket/);
  });

  it("says what goes wrong as JSON when asked to", async () => {
    const server = await serveFolder(join(folder, "data"), ["--log", "json"]);
    await server.bucket("bucket").createBucket();
    await rm(join(folder, "data", "blobs"), { recursive: true });

    await assert.rejects(server.bucket("bucket", { attempts: 1 }).putObject("key", "x"), { status: 500 });

    if (server.stderr() === "") {
      await once(server.child.stderr ?? server.child, "data");
    }
    const [line = ""] = server.stderr().split("\n");
    const { level, requestId, message } = JSON.parse(line) as Record<string, unknown>;
    assert.equal(level, "error");
    assert.match(String(requestId), /^[0-9A-F]{24}$/);
    assert.match(String(message), /blobs/);
    await server.stop();
  });
});

/** Of the one blob of 5 bytes: behind the header of its segment and its own head. */
async function flipBitsOfSegments(blobs: string): Promise<void> {
  const names = (await readdir(blobs, { recursive: true })).filter((name) => /segment-\d+$/.test(name));
  for (const name of names) {
    await using file = await open(join(blobs, name), "r+");
    await file.write(Buffer.from([0xff]), 0, 1, 128);
  }
}

/** The test's own time limit ends it when it never comes true. */
async function until(ask: () => Promise<Response>, isIt: (answer: Response) => boolean): Promise<Response> {
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) {
      return answer;
    }
    await answer.text();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function figure(metrics: string, name: string): number {
  const line = metrics.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

async function untilThere(path: string): Promise<void> {
  for (;;) {
    try {
      await readFile(path);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

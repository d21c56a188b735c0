import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { connect } from "node:tls";
import { expiryMistake, watchCertificate } from "../../src/cli/tls-files.ts";
import { createNodeTransport } from "../../src/client/node/node-transport.ts";
import { type Certificate, makeCertificate } from "../client/node/tls-service.ts";
import { serveFolder } from "../e2e/server-process.ts";
import { freePort } from "./free-port.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
let certPath: string;
let keyPath: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-serve-tls-"));
  certPath = join(folder, "cert.pem");
  keyPath = join(folder, "key.pem");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** As a tool that renews certificates does it: the key first, each in one step. */
async function install({ certificate, key }: Certificate): Promise<void> {
  for (const [path, text] of [
    [keyPath, key],
    [certPath, certificate],
  ] as const) {
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  }
}

describe("expiryMistake()", () => {
  it("says when a certificate is over or has not begun, and nothing in between", () => {
    const { certificate, key } = makeCertificate();
    const { validFromDate, validToDate } = new X509Certificate(certificate);
    const mistakeAt = (nowMs: number) => expiryMistake({ cert: certificate, key }, "cert.pem", nowMs);

    assert.match(mistakeAt(validFromDate.getTime() - 1) ?? "", /^the certificate cert\.pem begins on 20/);
    assert.equal(mistakeAt(validFromDate.getTime()), undefined);
    assert.equal(mistakeAt(validToDate.getTime()), undefined);
    assert.match(mistakeAt(validToDate.getTime() + 1) ?? "", /^the certificate cert\.pem ended on 20/);
  });
});

describe("watchCertificate()", () => {
  it("reads the files again until they can be used, also when they change no more", async () => {
    const [first, second] = [makeCertificate(), makeCertificate()];
    await install(first);
    const mistakes: unknown[] = [];
    let onThird = (): void => undefined;
    const third = new Promise<void>((resolve) => {
      onThird = resolve;
    });
    let onChanged = (_certificate: { readonly cert: Buffer | string }): void => undefined;
    const changed = new Promise<{ readonly cert: Buffer | string }>((resolve) => {
      onChanged = resolve;
    });
    using _watch = watchCertificate(
      { cert: certPath, key: keyPath },
      {
        retryDelayMs: 10,
        onChange: (certificate) => onChanged(certificate),
        onMistake(mistake) {
          mistakes.push(mistake);
          if (mistakes.length === 3) {
            onThird();
          }
        },
      },
    );

    await install({ ...first, key: second.key });
    await third;
    await install(second);

    assert.equal(String((await changed).cert), second.certificate);
    assert.match(String(mistakes[2]), /cannot be used together/);
  });
});

describe("partwise serve with a certificate", () => {
  it("speaks TLS, and uses a renewed certificate without a restart", async () => {
    const [first, second] = [makeCertificate(), makeCertificate()];
    await install(first);
    const monitor = `127.0.0.1:${await freePort()}`;
    const flags = ["--tls-cert", certPath, "--tls-key", keyPath, "--monitor", monitor];
    const server = await serveFolder(join(folder, "data"), flags);
    const metrics = async () => (await fetch(`http://${monitor}/-/metrics`)).text();
    const upload = async ({ certificate }: Certificate) => {
      const bucket = server.bucket("bucket", { transport: createNodeTransport({ ca: certificate }) });
      await bucket.createBucket();
      await bucket.putObject("key", "hello");
    };

    assert.match(server.endpoint, /^https:/);
    await upload(first);
    const { validToDate } = new X509Certificate(first.certificate);
    const figures = await metrics();
    await install({ ...second, certificate: "half of one" });
    while (!/^partwise_certificate_stale 1$/m.test(await metrics())) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await install(second);
    await untilShown(server.endpoint, second);
    await upload(second);

    assert.match(figures, /^partwise_certificate_stale 0$/m);
    assert.ok(
      figures.includes(`\npartwise_certificate_end_timestamp_seconds ${validToDate.getTime() / 1_000}\n`),
      figures,
    );
    assert.match(await metrics(), /^partwise_certificate_stale 0$/m);

    assert.equal(await server.stop(), 0);
  });

  it("is asked by policy explain, in its own region, by who knows its authority", async () => {
    const certificate = makeCertificate();
    await install(certificate);
    const flags = ["--tls-cert", certPath, "--tls-key", keyPath, "--region", "cn-beijing"];
    await using server = await serveFolder(join(folder, "data"), flags);
    const words = ["policy", "explain", "local", "oss:GetObject", "oss://bucket/key", "--data", "data"];

    const stranger = await runCommand(words, { cwd: folder });
    const acquainted = await runCommand(words, {
      cwd: folder,
      environment: { NODE_EXTRA_CA_CERTS: certPath },
    });

    assert.equal(stranger.status, 1);
    assert.match(
      stranger.stderr,
      /^partwise: the server at https:\S+ cannot be asked: [^\n]+ NODE_EXTRA_CA_CERTS\n$/,
    );
    assert.match(acquainted.stdout, /^allowed: .* on acs:oss:cn-beijing:partwise:bucket\/key\n/);
    assert.equal(await server.stop(), 0);
  });

  it("fails in one line when the key is another certificate's, or one of the two is missing", async () => {
    await install({ ...makeCertificate(), key: makeCertificate().key });
    const serve = (...words: readonly string[]) =>
      runCommand(["serve", "--data", "data", "--port", "0", ...words], { cwd: folder });

    const mixed = await serve("--tls-cert", certPath, "--tls-key", keyPath);
    const alone = await serve("--tls-cert", certPath);
    const absent = await serve("--tls-cert", "none.pem", "--tls-key", keyPath);

    assert.deepEqual([mixed.status, alone.status, absent.status], [1, 2, 1]);
    assert.match(mixed.stderr, /^partwise: the certificate .*cert\.pem and the key .*key\.pem [^\n]+\n$/);
    assert.match(alone.stderr, /^partwise: --tls-cert and --tls-key go together[^\n]+\n$/);
    assert.match(absent.stderr, /^partwise: none\.pem cannot be read: [^\n]+\n$/);
  });
});

/** Asks until the server shows this certificate. */
async function untilShown(endpoint: string, { certificate }: Certificate): Promise<void> {
  for (;;) {
    const socket = connect({ port: Number(new URL(endpoint).port), host: "127.0.0.1", ca: certificate });
    try {
      await once(socket, "secureConnect");
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      socket.destroy();
    }
  }
}

import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import type { ServerResponse } from "node:http";
import { describe, it } from "node:test";
import { parseCallbackHost } from "../../../src/server/callback/callback-hosts.ts";
import {
  CallbackFailure,
  type CallbackPolicy,
  type CallbackRequest,
  sendCallback,
} from "../../../src/server/callback/send-callback.ts";
import { type ApplicationServer, startApplicationServer } from "./application-server.ts";

const LOOPBACK: LookupAddress = { address: "127.0.0.1", family: 4 };

function aCallback(...hrefs: readonly string[]): CallbackRequest {
  return {
    urls: hrefs.map((href) => new URL(href)),
    body: "object=中",
    bodyType: "application/x-www-form-urlencoded",
    bucket: "bucket",
    requestId: "534B371674E88A4D8906008B",
  };
}

/** Everything that a test does not mean to be refused is allowed. */
function aPolicy(hosts: readonly string[], options: Partial<CallbackPolicy> = {}): CallbackPolicy {
  return { hosts: hosts.map(parseCallbackHost), resolve: async () => [LOOPBACK], ...options };
}

function failure(message: RegExp): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof CallbackFailure && message.test(thrown.message);
}

/** A callback to a server that answers like this. */
async function callServerThat(
  answer: (response: ServerResponse) => void,
  options: Partial<CallbackPolicy> = {},
) {
  await using server = await startApplicationServer(answer);
  const host = `127.0.0.1:${server.port}`;
  return await sendCallback(aCallback(`http://${host}/`), aPolicy([host], options));
}

describe("sendCallback()", () => {
  it("posts the body, names itself, its bucket and its request, and gives the answer", async () => {
    await using server = await startApplicationServer();
    const host = `127.0.0.1:${server.port}`;

    const answer = await sendCallback(aCallback(`http://${host}/path?query=1`), aPolicy([host]));

    assert.equal(answer, '{"Status":"OK"}');
    const [received] = server.received;
    assert.equal(`${received?.method} ${received?.path}`, "POST /path?query=1");
    assert.equal(received?.body, "object=中");
    assert.deepEqual(received?.headers, {
      host,
      connection: "close",
      "content-type": "application/x-www-form-urlencoded",
      "content-length": "10",
      "user-agent": "http-client/0.0.1",
      "x-oss-bucket": "bucket",
      "x-oss-request-id": "534B371674E88A4D8906008B",
    });
  });

  it("names the host that the client asked for, and calls that of the URL", async () => {
    await using server = await startApplicationServer();
    const host = `127.0.0.1:${server.port}`;

    await sendCallback({ ...aCallback(`http://${host}/`), host: "other.example" }, aPolicy([host]));

    assert.equal(server.received[0]?.headers.host, "other.example");
  });

  it("calls one URL after the other until one takes it, and none behind that one", async () => {
    await using broken = await startApplicationServer((response) => response.writeHead(500).end("{}"));
    await using sound = await startApplicationServer();
    const hrefs = [broken, sound, sound].map(({ port }) => `http://127.0.0.1:${port}/`);
    const hosts = [broken, sound].map(({ port }) => `127.0.0.1:${port}`);

    const answer = await sendCallback(aCallback("http://unlisted.example/", ...hrefs), aPolicy(hosts));

    assert.equal(answer, '{"Status":"OK"}');
    assert.equal(broken.received.length, 1);
    assert.equal(sound.received.length, 1);
  });
});

describe("sendCallback() calls nobody", () => {
  async function assertUncalled(
    url: (server: ApplicationServer) => string,
    hosts: (server: ApplicationServer) => readonly string[],
    addresses: readonly LookupAddress[],
  ): Promise<void> {
    await using server = await startApplicationServer();
    const policy = aPolicy(hosts(server), { resolve: async () => addresses });

    await assert.rejects(
      sendCallback(aCallback(url(server)), policy),
      failure(/^This server makes no callbacks to/),
    );

    assert.equal(server.received.length, 0);
  }

  it("when no host is listed", async () => {
    await assertUncalled(
      ({ port }) => `http://127.0.0.1:${port}/`,
      () => [],
      [],
    );
  });

  it("on a port that is not listed", async () => {
    await assertUncalled(
      ({ port }) => `http://127.0.0.1:${port}/`,
      () => ["127.0.0.1", "127.0.0.1:1"],
      [],
    );
  });

  it("when a listed name leads to this machine", async () => {
    await assertUncalled(
      ({ port }) => `http://app.example:${port}/`,
      ({ port }) => [`app.example:${port}`],
      [LOOPBACK],
    );
  });

  it("when one of the addresses of a listed name is not public", async () => {
    await assertUncalled(
      ({ port }) => `http://app.example:${port}/`,
      ({ port }) => [`app.example:${port}`],
      [{ address: "47.88.1.1", family: 4 }, LOOPBACK],
    );
  });

  it("when a listed name leads nowhere", async () => {
    await assertUncalled(
      ({ port }) => `http://app.example:${port}/`,
      ({ port }) => [`app.example:${port}`],
      [],
    );
  });
});

describe("sendCallback() to a name", () => {
  it("connects to the address that was checked, and asks for it once", async () => {
    await using server = await startApplicationServer();
    let lookUpCount = 0;
    const hosts = [`app.example:${server.port}`, "127.0.0.1:1", `127.0.0.1:${server.port}`];
    const resolve = async () => {
      lookUpCount += 1;
      return [LOOPBACK];
    };

    const answer = await sendCallback(
      aCallback(`http://app.example:${server.port}/`),
      aPolicy(hosts, { resolve }),
    );

    assert.equal(answer, '{"Status":"OK"}');
    assert.equal(lookUpCount, 1);
    assert.equal(server.received[0]?.headers.host, `app.example:${server.port}`);
  });
});

describe("sendCallback() fails", () => {
  it("when the answer is a redirect, which it does not follow", async () => {
    await using target = await startApplicationServer();

    const sent = callServerThat((response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${target.port}/` }).end("{}"),
    );

    await assert.rejects(sent, failure(/^Error status : 302\.$/));
    assert.equal(target.received.length, 0);
  });

  for (const status of [201, 204, 404, 502]) {
    it(`when the answer's status is ${status}`, async () => {
      await assert.rejects(
        callServerThat((response) => response.writeHead(status).end()),
        failure(new RegExp(`^Error status : ${status}\\.$`)),
      );
    });
  }

  for (const [what, body] of [
    ["empty", ""],
    ["no JSON", "OK"],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ] as const) {
    it(`when the answer is ${what}`, async () => {
      await assert.rejects(
        callServerThat((response) => response.end(body)),
        failure(/^Response body is not valid json format\.$/),
      );
    });
  }

  it("when the answer has more than 1 MB, and not before", async () => {
    const jsonOf = (sizeBytes: number) => `"${"x".repeat(sizeBytes - 2)}"`;

    const answer = await callServerThat((response) => response.end(jsonOf(1_048_576)));

    assert.equal(answer.length, 1_048_576);
    await assert.rejects(
      callServerThat((response) => response.end(jsonOf(1_048_577))),
      failure(/^The answer is larger than 1048576 bytes\.$/),
    );
  });

  it("when there is no answer in time, or no end of it", async () => {
    const limit = { timeoutMs: 50 };

    await assert.rejects(
      callServerThat(() => {}, limit),
      failure(/^The callback took too long\.$/),
    );
    await assert.rejects(
      callServerThat((response) => response.write("{"), limit),
      failure(/^The callback took too long\.$/),
    );
  });

  it("when the name is not found in time", async () => {
    const policy = aPolicy(["app.example"], { resolve: () => new Promise(() => {}), timeoutMs: 10 });

    await assert.rejects(
      sendCallback(aCallback("http://app.example/"), policy),
      failure(/^The callback took too long\.$/),
    );
  });

  it("when the connection is refused or broken, without telling which", async () => {
    const gone = await startApplicationServer();
    const host = `127.0.0.1:${gone.port}`;
    await gone[Symbol.asyncDispose]();

    for (const sent of [
      () => sendCallback(aCallback(`http://${host}/`), aPolicy([host])),
      () => callServerThat((response) => response.destroy()),
      () => sendCallback(aCallback("http://app.example/"), aPolicy(["app.example"], { resolve: notFound })),
    ]) {
      await assert.rejects(sent(), failure(/^The callback could not be sent\.$/));
    }
  });
});

async function notFound(): Promise<never> {
  throw Object.assign(new Error("getaddrinfo ENOTFOUND app.example"), { code: "ENOTFOUND" });
}

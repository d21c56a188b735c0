import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createNodeTransport, type NodeTransportOptions } from "../../../src/client/node/node-transport.ts";
import { bytesBody } from "../../../src/client/request-body.ts";
import type { Transport, TransportRequest } from "../../../src/client/transport.ts";
import { TransportError, type TransportErrorCode } from "../../../src/client/transport-error.ts";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { afterBody, startScriptedService } from "../scripted-service.ts";
import { startConnectProxy } from "./connect-proxy.ts";
import { makeCertificate, startTlsService } from "./tls-service.ts";

const trusted = makeCertificate();
const BODY = new Uint8Array(3_000_000).fill(7);

/** Whoever uses it closes it, or its idle connections would keep the servers waiting. */
function transportWith(options: NodeTransportOptions): Transport & Disposable {
  const transport = createNodeTransport(options);
  return { ...transport, [Symbol.dispose]: () => transport.close() };
}

function requestTo(url: string, changes: Partial<TransportRequest> = {}): TransportRequest {
  const { protocol, hostname, port, host, pathname, search } = new URL(url);
  const scheme = protocol === "https:" ? "https" : "http";
  return {
    method: "PUT",
    address: { scheme, hostname, port: Number(port), host, target: `${pathname}${search}` },
    headers: {},
    timeoutMs: 5_000,
    ...changes,
  };
}

function failsWith(code: TransportErrorCode, mayHaveArrived: boolean) {
  return (error: unknown) => {
    ok(error instanceof TransportError, String(error));
    deepEqual({ code: error.code, mayHaveArrived: error.mayHaveArrived }, { code, mayHaveArrived });
    return true;
  };
}

async function textOf(transport: Transport, request: TransportRequest): Promise<string> {
  return (await transport.send(request)).text(1_000);
}

describe("TLS with a certificate authority of one's own", () => {
  it("refuses what it does not know, and takes what it was told to", async () => {
    await using service = await startTlsService(trusted, (_request, response) => response.end("hello"));
    using stranger = transportWith({});
    using friend = transportWith({ ca: trusted.certificate });
    using friendOfMany = transportWith({
      ca: [makeCertificate().certificate, Buffer.from(trusted.certificate)],
    });
    const request = requestTo(`https://127.0.0.1:${service.port}/`);

    await rejects(stranger.send(request), failsWith("tls", false));
    equal(await textOf(friend, request), "hello");
    equal(await textOf(friendOfMany, request), "hello");
  });

  it("still checks the name", async () => {
    await using service = await startTlsService(trusted, (_request, response) => response.end("hello"));
    using transport = transportWith({ ca: trusted.certificate });

    await rejects(transport.send(requestTo(`https://localhost:${service.port}/`)), failsWith("tls", false));
  });

  it("refuses a ca that is no certificate", () => {
    throws(() => createNodeTransport({ ca: "/etc/ssl/ca.pem" }), TypeError);
    throws(() => createNodeTransport({ ca: [] }), TypeError);
    throws(
      () => createNodeTransport({ ca: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" }),
      TypeError,
    );
  });
});

describe("a request on a new connection", () => {
  for (const scheme of ["http", "https"]) {
    it(`takes none of those kept open, and leaves them as they are (${scheme})`, async () => {
      const ports: (number | undefined)[] = [];
      const listener = (request: IncomingMessage, response: ServerResponse) => {
        ports.push(request.socket.remotePort);
        response.end("x");
      };
      await using service =
        scheme === "http" ? await startScriptedService(listener) : await startTlsService(trusted, listener);
      using transport = transportWith({ ca: trusted.certificate });
      const request = requestTo(`${scheme}://127.0.0.1:${service.port}/`);

      await textOf(transport, request);
      await textOf(transport, { ...request, isOnNewConnection: true });
      await textOf(transport, { ...request, isOnNewConnection: true });
      await textOf(transport, request);

      equal(ports[0], ports[3]);
      equal(new Set(ports).size, 3);
    });
  }
});

describe("through a proxy", () => {
  it("sends https in a tunnel, with the host's certificate, and uses the tunnel again", async () => {
    await using service = await startTlsService(trusted, (request, response) =>
      afterBody(request, (body) => response.end(`${request.headers.host} ${crc64(body)}`)),
    );
    await using proxy = await startConnectProxy(service.port);
    using transport = transportWith({
      ca: trusted.certificate,
      proxy: `http://me:secret@127.0.0.1:${proxy.port}`,
    });
    const request = requestTo("https://service.test:8443/b/k", { body: bytesBody(BODY) });

    const texts = [await textOf(transport, request), await textOf(transport, request)];

    const text = `service.test:8443 ${crc64(BODY)}`;
    deepEqual(texts, [text, text]);
    deepEqual(proxy.asked, [
      `CONNECT service.test:8443 Basic ${Buffer.from("me:secret").toString("base64")}`,
    ]);
  });

  it("speaks TLS with a proxy that does, under the proxy's own name", async () => {
    const ofProxy = makeCertificate();
    const listener = (_request: IncomingMessage, response: ServerResponse) => response.end("x");
    await using secure = await startTlsService(trusted, listener);
    await using plain = await startScriptedService(listener);
    await using tunnels = await startConnectProxy(secure.port, 200, ofProxy);
    await using relays = await startConnectProxy(plain.port, 200, ofProxy);
    const ca = [trusted.certificate, ofProxy.certificate];
    using through = transportWith({ ca, proxy: `https://127.0.0.1:${tunnels.port}` });
    using over = transportWith({ ca, proxy: `https://127.0.0.1:${relays.port}` });
    using stranger = transportWith({ ca: trusted.certificate, proxy: `https://127.0.0.1:${relays.port}` });

    equal(await textOf(through, requestTo("https://service.test:8443/")), "x");
    equal(await textOf(over, requestTo("http://another.test:8080/b")), "x");
    deepEqual(tunnels.asked, ["CONNECT service.test:8443"]);
    deepEqual(relays.asked, ["PUT http://another.test:8080/b"]);
    await rejects(stranger.send(requestTo("http://another.test:8080/b")), failsWith("tls", false));
  });

  it("does not trust a host behind it more than others", async () => {
    await using service = await startTlsService(trusted, (_request, response) => response.end());
    await using proxy = await startConnectProxy(service.port);
    using transport = transportWith({ proxy: `http://127.0.0.1:${proxy.port}` });

    await rejects(transport.send(requestTo("https://service.test:8443/")), failsWith("tls", false));
  });

  it("sends http as a request for the whole URL, as it was signed", async () => {
    await using service = await startScriptedService((request, response) =>
      afterBody(request, (body) =>
        response.end(
          `${request.url} ${request.headers.host} ${request.headers.authorization} ${crc64(body)}`,
        ),
      ),
    );
    await using proxy = await startConnectProxy(service.port);
    using transport = transportWith({ proxy: `http://me:secret@127.0.0.1:${proxy.port}` });
    const headers = { authorization: "OSS4" };
    const body = bytesBody(BODY);

    const text = await textOf(transport, requestTo("http://service.test:8080/b/k%20?x=1", { headers, body }));

    equal(text, `/b/k%20?x=1 service.test:8080 OSS4 ${crc64(BODY)}`);
    deepEqual(proxy.asked, [
      `PUT http://service.test:8080/b/k%20?x=1 Basic ${Buffer.from("me:secret").toString("base64")}`,
    ]);
  });

  it("reads the environment when it is made", async () => {
    await using service = await startScriptedService((_request, response) => response.end("x"));
    await using proxy = await startConnectProxy(service.port);
    const { http_proxy: before } = process.env;
    process.env.http_proxy = `127.0.0.1:${proxy.port}`;
    using transport = transportWith({});
    using direct = transportWith({ proxy: "none" });
    if (before === undefined) {
      delete process.env.http_proxy;
    } else {
      process.env.http_proxy = before;
    }

    equal(await textOf(transport, requestTo("http://service.test:8080/")), "x");
    await rejects(direct.send(requestTo("http://service.test:8080/")), failsWith("name-not-found", false));
  });

  const refusals = [
    { status: 407, code: "proxy-refused", isRetryable: false, advice: "user:password@" },
    { status: 403, code: "proxy-refused", isRetryable: false, advice: "NO_PROXY" },
    { status: 502, code: "unreachable", isRetryable: true, advice: "does not reach" },
  ] as const;
  for (const { status, code, isRetryable, advice } of refusals) {
    it(`reports ${code} when the proxy answers ${status}, and never shows its password`, async () => {
      await using proxy = await startConnectProxy(1, status);
      using transport = transportWith({ proxy: `http://me:secret@127.0.0.1:${proxy.port}` });

      await rejects(transport.send(requestTo("https://service.test:8443/")), (error: unknown) => {
        failsWith(code, false)(error);
        ok(error instanceof TransportError);
        equal(error.retryable, isRetryable);
        ok(
          error.message.includes(advice) && error.message.includes(`127.0.0.1:${proxy.port}`),
          error.message,
        );
        ok(!JSON.stringify(error, Object.getOwnPropertyNames(error)).includes("secret"));
        return true;
      });
    });
  }

  it("names the proxy when it is not there", async () => {
    const proxy = await startConnectProxy(1);
    await proxy[Symbol.asyncDispose]();
    using transport = transportWith({ proxy: `http://127.0.0.1:${proxy.port}` });

    for (const scheme of ["http", "https"]) {
      await rejects(transport.send(requestTo(`${scheme}://service.test:8443/`)), (error: unknown) => {
        ok(String(error).includes(`through the proxy http://127.0.0.1:${proxy.port}`), String(error));
        return failsWith("connection-refused", false)(error);
      });
    }
  });

  it("closes the connection to a proxy that does not answer at once when it is aborted", async () => {
    await using proxy = await startConnectProxy(1, 0);
    using transport = transportWith({ proxy: `http://127.0.0.1:${proxy.port}` });
    const controller = new AbortController();
    const reason = new Error("enough");
    const sending = transport.send(requestTo("https://service.test:8443/", { signal: controller.signal }));
    while (proxy.asked.length === 0) {
      await nextTurn();
    }

    controller.abort(reason);

    await rejects(sending, (error) => error === reason);
    // Nothing is waited for but that this process looks at its sockets.
    for (let turn = 0; turn < 100 && proxy.closeTimes.length === 0; turn += 1) {
      await nextTurn();
    }
    equal(proxy.closeTimes.length, 1);
  });
});

describe("connectTimeoutMs", () => {
  it("ends the wait for a proxy that does not answer", async () => {
    await using proxy = await startConnectProxy(1, 0);
    using transport = transportWith({ proxy: `http://127.0.0.1:${proxy.port}`, connectTimeoutMs: 50 });

    await rejects(transport.send(requestTo("https://service.test:8443/")), failsWith("timeout", false));
  });

  it("ends the wait for a TLS that does not come about", async () => {
    await using proxy = await startSilentServer();
    using transport = transportWith({ connectTimeoutMs: 50 });

    await rejects(transport.send(requestTo(`https://127.0.0.1:${proxy.port}/`)), failsWith("timeout", false));
  });

  it("is an integer from 1", () => {
    for (const connectTimeoutMs of [0, -1, 0.5, Number.NaN]) {
      throws(() => createNodeTransport({ connectTimeoutMs }), RangeError);
    }
  });
});

/** Accepts connections and says nothing. */
async function startSilentServer() {
  const server = createTcpServer((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

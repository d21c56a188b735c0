// Text goes compressed to whoever takes gzip, through both doors; everything else goes as it is.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { startTestServer, type TestServer } from "./test-server.ts";

const TEXT = Buffer.from("0123456789abcdef".repeat(100_000));

for (const door of ["fast", "http"] as const) {
  describe(`GetObject with Accept-Encoding, door ${door}`, () => {
    let server: TestServer;
    before(async () => {
      server = await startTestServer({ door });
      await put("text", TEXT, "text/plain; charset=utf-8");
      await put("small", TEXT.subarray(0, 1023), "text/plain");
      await put("edge", TEXT.subarray(0, 1024), "application/json");
      await put("picture", TEXT, "image/png");
      await put("encoded", TEXT, "text/plain", { "content-encoding": "br" });
    });
    after(() => server[Symbol.asyncDispose]());

    async function put(key: string, body: Buffer, type: string, headers = {}): Promise<void> {
      const { status } = await server.send({
        method: "PUT",
        key,
        body,
        headers: { "content-type": type, ...headers },
      });
      assert.equal(status, 200);
    }

    for (const key of ["text", "edge"]) {
      it(`compresses ${key}, without its length, its ETag and its MD5`, async () => {
        const plain = await server.send({ key });

        const response = await server.send({ key, headers: { "accept-encoding": "deflate, gzip;q=0.5" } });

        assert.equal(response.status, 200, response.text);
        assert.ok(response.body.length < plain.body.length);
        assert.deepEqual(gunzipSync(response.body), plain.body);
        assert.equal(response.headers["content-encoding"], "gzip");
        assert.equal(response.headers.vary, "Accept-Encoding");
        assert.equal(response.headers["content-length"], undefined);
        assert.equal(response.headers.etag, undefined);
        assert.equal(response.headers["content-md5"], undefined);
        assert.equal(response.headers["x-oss-hash-crc64ecma"], plain.headers["x-oss-hash-crc64ecma"]);
      });
    }

    for (const [what, key, headers] of [
      ["to whom does not ask", "text", {}],
      ["to whom refuses it", "text", { "accept-encoding": "gzip;q=0, identity" }],
      ["to whom takes anything", "text", { "accept-encoding": "*" }],
      ["when the object is small", "small", { "accept-encoding": "gzip" }],
      ["when it is no text", "picture", { "accept-encoding": "gzip" }],
      ["when it is encoded already", "encoded", { "accept-encoding": "gzip" }],
      ["when a range is wanted", "text", { "accept-encoding": "gzip", range: "bytes=0-4999" }],
    ] as const) {
      it(`compresses nothing ${what}`, async () => {
        const { headers: stored } = await server.send({ method: "HEAD", key });

        const response = await server.send({ key, headers });

        assert.equal(Number(response.headers["content-length"]), response.body.length);
        assert.equal(response.headers["content-encoding"], stored["content-encoding"]);
        assert.equal(response.headers.etag, stored.etag);
      });
    }

    it("serves the next request over the same connection, and the next after a client that went away", async () => {
      const left = await open("text");
      left.destroy();
      const bodies = await Promise.all(
        [1, 2, 3].map(() => server.send({ key: "text", headers: { "accept-encoding": "gzip" } })),
      );

      for (const { body } of bodies) {
        assert.deepEqual(gunzipSync(body), TEXT);
      }
    });

    async function open(key: string): Promise<IncomingMessage> {
      const signed = await server.sign({ key, headers: { "accept-encoding": "gzip" } });
      const path = `/test-bucket/${key}`;
      const sent = request(`${server.server.endpoint}${path}`, { headers: { ...signed.headers } });
      sent.on("error", () => undefined).end();
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      assert.equal(response.statusCode, 200);
      return response;
    }
  });
}

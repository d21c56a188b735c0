import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { Bucket } from "../../src/client/bucket.ts";
import { ClientError } from "../../src/client/client-error.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { PartwiseError } from "../../src/protocol/errors/partwise-error.ts";
import { ServiceError } from "../../src/protocol/errors/service-error.ts";
import {
  afterBody,
  bucketAt,
  errorXml,
  impatientPlatform,
  startScriptedService,
} from "./scripted-service.ts";

const bytes = new Uint8Array(300_000).fill(7);
const partHeaders = { etag: '"AB"', "x-oss-hash-crc64ecma": String(crc64(bytes)), "x-oss-request-id": "R1" };
const initiated =
  "<InitiateMultipartUploadResult><Bucket>test-bucket</Bucket><Key>k</Key><UploadId>U</UploadId></InitiateMultipartUploadResult>";

function serviceError(code: string) {
  return (error: unknown) => {
    ok(error instanceof ServiceError, String(error));
    equal(error.code, code);
    equal(error.requestId, "R1");
    return true;
  };
}

describe("a call", () => {
  it("keeps the security token out of an error that quotes what was signed", async () => {
    const token = "CAIS+secret/token==";
    const spaced = Buffer.from(token).toString("hex").toUpperCase().match(/../g)?.join(" ");
    await using service = await startScriptedService((_request, response) =>
      response
        .writeHead(403)
        .end(
          `<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><StringToSign>GET x-oss-security-token:${token} /</StringToSign><StringToSignBytes>47 ${spaced} 2F</StringToSignBytes></Error>`,
        ),
    );
    const auth = { accessKeyId: "test-id", accessKeySecret: "test-secret", securityToken: token };
    const bucket = new Bucket(
      auth,
      service.endpoint,
      "test-bucket",
      { signatureVersion: "v1" },
      impatientPlatform(),
    );

    await rejects(bucket.getBucketInfo(), (error) => {
      const shown = inspect(error, { depth: 9, showHidden: true });
      match(shown, /x-oss-security-token:\(security token\) \//);
      ok(!shown.includes(token) && !shown.includes(String(spaced)), shown);
      return true;
    });
  });

  it("sends the whole body again after a 503, with growing waits", async () => {
    const sizes: number[] = [];
    await using service = await startScriptedService((request, response, index) =>
      afterBody(request, (body) => {
        sizes.push(body.length);
        response
          .writeHead(index < 2 ? 503 : 200, partHeaders)
          .end(index < 2 ? errorXml("ServiceUnavailable") : "");
      }),
    );
    const waitsMs: number[] = [];
    const bucket = bucketAt(service.endpoint, {}, impatientPlatform(waitsMs));

    const part = await bucket.uploadPart("k", "U", 1, bytes);

    equal(part.etag, "AB");
    deepEqual(sizes, [300_000, 300_000, 300_000]);
    deepEqual(waitsMs, [100, 200]);
  });

  it("sends the whole body again after the connection broke in the middle of it", async () => {
    const sizes: number[] = [];
    await using service = await startScriptedService((request, response, index) => {
      if (index === 0) {
        request.once("data", () => request.socket.resetAndDestroy());
        return;
      }
      afterBody(request, (body) => {
        sizes.push(body.length);
        response.writeHead(200, partHeaders).end();
      });
    });

    await bucketAt(service.endpoint).uploadPart("k", "U", 1, bytes);

    deepEqual(sizes, [300_000]);
  });

  it("begins the count of sent bytes again with each attempt", async () => {
    await using service = await startScriptedService((request, response, index) =>
      afterBody(request, () =>
        response
          .writeHead(index < 1 ? 500 : 200, partHeaders)
          .end(index < 1 ? errorXml("InternalError") : ""),
      ),
    );
    const counts: number[] = [];

    await bucketAt(service.endpoint).uploadPart("k", "U", 1, bytes, { onSent: (sent) => counts.push(sent) });

    const again = counts.indexOf(0);
    for (const attempt of [counts.slice(0, again), counts.slice(again)]) {
      equal(attempt.at(-1), 300_000);
      deepEqual(
        attempt,
        attempt.toSorted((left, right) => left - right),
      );
    }
  });

  it("gives up after as many attempts as the user allows, with the last error", async () => {
    await using service = await startScriptedService((request, response) =>
      afterBody(request, () => response.writeHead(500, partHeaders).end(errorXml("InternalError"))),
    );

    await rejects(
      bucketAt(service.endpoint, { attempts: 3 }).uploadPart("k", "U", 1, bytes),
      serviceError("InternalError"),
    );

    equal(service.requests.length, 3);
  });

  it("does not repeat what the service refuses", async () => {
    await using service = await startScriptedService((_request, response) =>
      response.writeHead(403, partHeaders).end(errorXml("AccessDenied")),
    );

    await rejects(bucketAt(service.endpoint).listObjects(), serviceError("AccessDenied"));

    equal(service.requests.length, 1);
  });

  it("begins an upload again when the answer is lost", async () => {
    await using service = await startScriptedService((request, response, index) => {
      if (index === 0) {
        request.socket.destroy();
        return;
      }
      response.writeHead(200, partHeaders).end(initiated);
    });

    equal((await bucketAt(service.endpoint).initMultipartUpload("k")).uploadId, "U");

    equal(service.requests.length, 2);
  });

  it("learns the service's time when its own is wrong, and uses it from then on", async () => {
    const serverTime = new Date("2031-05-06T07:08:09Z");
    const dates: unknown[] = [];
    await using service = await startScriptedService((request, response, index) => {
      dates.push(request.headers["x-oss-date"]);
      response.setHeader("date", serverTime.toUTCString());
      response
        .writeHead(index === 0 ? 403 : 200, partHeaders)
        .end(index === 0 ? errorXml("RequestTimeTooSkewed") : initiated);
    });
    const bucket = bucketAt(service.endpoint);

    await bucket.initMultipartUpload("k");
    await bucket.initMultipartUpload("k");

    equal(dates.length, 3);
    match(String(dates[1]), /^20310506T0708/);
    match(String(dates[2]), /^20310506T0708/);
  });

  it("gives up when the service finds the corrected time wrong too", async () => {
    await using service = await startScriptedService((_request, response) =>
      response.writeHead(403, partHeaders).end(errorXml("RequestTimeTooSkewed")),
    );

    await rejects(bucketAt(service.endpoint).listObjects(), serviceError("RequestTimeTooSkewed"));

    equal(service.requests.length, 2);
  });

  it("sends a part again that arrived changed, and reports it when it never arrives whole", async () => {
    await using service = await startScriptedService((request, response) =>
      afterBody(request, () =>
        response.writeHead(200, { ...partHeaders, "x-oss-hash-crc64ecma": "1" }).end(),
      ),
    );

    await rejects(bucketAt(service.endpoint).uploadPart("k", "U", 1, bytes), (error) => {
      ok(error instanceof ClientError);
      deepEqual([error.code, error.requestId], ["checksum-mismatch", "R1"]);
      return true;
    });

    equal(service.requests.length, 5);
  });

  it("does not send an iterable again, of which nothing is left", async () => {
    await using service = await startScriptedService((request, response) =>
      afterBody(request, () => response.writeHead(500, partHeaders).end(errorXml("InternalError"))),
    );
    const once = (async function* () {
      yield bytes;
    })();

    await rejects(bucketAt(service.endpoint).putObject("k", once), serviceError("InternalError"));

    equal(service.requests.length, 1);
  });

  it("takes an error in a 200 for an error of the service", async () => {
    await using service = await startScriptedService((_request, response, index) =>
      response.writeHead(200, partHeaders).end(index === 0 ? errorXml("InternalError") : initiated),
    );

    equal((await bucketAt(service.endpoint).initMultipartUpload("k")).uploadId, "U");
  });

  it("stops waiting for the next attempt on an abort", async () => {
    const controller = new AbortController();
    await using service = await startScriptedService((_request, response) => {
      response.writeHead(503, partHeaders).end(errorXml("ServiceUnavailable"));
      controller.abort();
    });

    await rejects(bucketAt(service.endpoint).listObjects({ signal: controller.signal }), {
      name: "AbortError",
    });
  });

  it("asks for new credentials once when the token has expired", async () => {
    const tokens: unknown[] = [];
    await using service = await startScriptedService((request, response, index) => {
      tokens.push(request.headers["x-oss-security-token"]);
      response
        .writeHead(index === 0 ? 403 : 200, partHeaders)
        .end(index === 0 ? errorXml("SecurityTokenExpired") : initiated);
    });
    let tokenCount = 0;
    const auth = () => {
      tokenCount += 1;
      const expiration = new Date(Date.now() + 3_600_000);
      return { accessKeyId: "i", accessKeySecret: "s", securityToken: `T${tokenCount}`, expiration };
    };
    const bucket = new Bucket(auth, service.endpoint, "test-bucket", { region: "r" }, impatientPlatform());

    await bucket.initMultipartUpload("k");

    deepEqual(tokens, ["T1", "T2"]);
  });

  it("signs again what was signed for a time that has passed", async () => {
    await using service = await startScriptedService((_request, response, index) =>
      response
        .writeHead(index === 0 ? 403 : 200, partHeaders)
        .end(
          index === 0
            ? "<Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>"
            : initiated,
        ),
    );
    let askedCount = 0;
    const auth = () => {
      askedCount += 1;
      return { accessKeyId: "i", accessKeySecret: "s", expiration: new Date(Date.now() + 3_600_000) };
    };
    const bucket = new Bucket(auth, service.endpoint, "test-bucket", { region: "r" }, impatientPlatform());

    await bucket.initMultipartUpload("k");

    equal(askedCount, 2);
  });

  it("asks once for a new key when eight parts fail with the old one, and spends no attempt on it", async () => {
    const parts: ServerResponse[] = [];
    await using service = await startScriptedService((request, response) =>
      afterBody(request, () => {
        if (request.headers["x-oss-security-token"] === "T1") {
          parts.push(response);
          if (parts.length === 8) {
            for (const held of parts) {
              held.writeHead(403, { "x-oss-request-id": "R1" }).end(errorXml("SecurityTokenExpired"));
            }
          }
          return;
        }
        response.writeHead(200, partHeaders).end();
      }),
    );
    let tokenCount = 0;
    const auth = async () => {
      tokenCount += 1;
      const expiration = new Date(Date.now() + 3_600_000);
      return { accessKeyId: "i", accessKeySecret: "s", securityToken: `T${tokenCount}`, expiration };
    };
    const options = { region: "r", attempts: 1 };
    const bucket = new Bucket(auth, service.endpoint, "test-bucket", options, impatientPlatform());

    await Promise.all(Array.from({ length: 8 }, (_, index) => bucket.uploadPart("k", "U", index + 1, bytes)));

    equal(tokenCount, 2);
  });

  it("asks again for a key that could not be had", async () => {
    await using service = await startScriptedService((_request, response) =>
      response.writeHead(200, partHeaders).end(initiated),
    );
    let askedCount = 0;
    const auth = () => {
      askedCount += 1;
      if (askedCount < 3) {
        throw new Error("STS is down");
      }
      return { accessKeyId: "i", accessKeySecret: "s" };
    };
    const waitsMs: number[] = [];
    const platform = impatientPlatform(waitsMs);
    const bucket = new Bucket(auth, service.endpoint, "test-bucket", { region: "r" }, platform);

    await bucket.initMultipartUpload("k");

    deepEqual(waitsMs, [100, 200]);
  });

  it("waits as long as Retry-After says, by the service's own clock", async () => {
    const retryAfter = ["3", "Wed, 21 Oct 2015 07:28:10 GMT", "soon"];
    await using service = await startScriptedService((request, response, index) =>
      afterBody(request, () => {
        const head = { ...partHeaders, date: "Wed, 21 Oct 2015 07:28:05 GMT" };
        const asks = retryAfter[index];
        response
          .writeHead(asks === undefined ? 200 : 503, { ...head, ...(asks ? { "retry-after": asks } : {}) })
          .end(asks === undefined ? "" : errorXml("SlowDown"));
      }),
    );
    const waitsMs: number[] = [];
    const bucket = bucketAt(service.endpoint, {}, impatientPlatform(waitsMs));
    const retries: unknown[] = [];

    await bucket.uploadPart("k", "U", 1, bytes, {
      onRetry: ({ error, attempt, waitMs }) => retries.push([error.code, attempt, waitMs]),
    });

    deepEqual(waitsMs, [3_100, 5_200, 400]);
    deepEqual(retries, [
      ["SlowDown", 1, 3_100],
      ["SlowDown", 2, 5_200],
      ["SlowDown", 3, 400],
    ]);
  });

  it("gives up when the budget that calls share is spent", async () => {
    await using service = await startScriptedService((request, response) =>
      afterBody(request, () => response.writeHead(500, partHeaders).end(errorXml("InternalError"))),
    );
    let left = 3;
    const retryBudget = { take: () => left-- > 0, spent: 0 };
    const bucket = bucketAt(service.endpoint);

    await rejects(bucket.uploadPart("k", "U", 1, bytes, { retryBudget }), { attempts: 4 });
    await rejects(bucket.uploadPart("k", "U", 2, bytes, { retryBudget }), { attempts: 1 });
  });

  it("tells in its error how often it tried, as plain values too", async () => {
    await using service = await startScriptedService((_request, response) =>
      response.writeHead(503, partHeaders).end(errorXml("ServiceUnavailable")),
    );

    await rejects(bucketAt(service.endpoint, { attempts: 2 }).listObjects(), (error) => {
      ok(error instanceof PartwiseError);
      error.addCircumstances({ attempts: 99, uploadId: "U" });
      deepEqual(JSON.parse(JSON.stringify(error)), {
        name: "ServiceError",
        code: "ServiceUnavailable",
        message: "scripted",
        status: 503,
        requestId: "R1",
        retryable: true,
        attempts: 2,
        uploadId: "U",
      });
      return true;
    });
  });
});

import { deepEqual, doesNotThrow, equal, match, ok, rejects, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { Bucket } from "../../src/client/bucket.ts";
import type { ClientOptions } from "../../src/client/client-options.ts";
import { PartInfo } from "../../src/client/upload/part-info.ts";
import { afterBody, bucketAt, impatientPlatform, startScriptedService } from "./scripted-service.ts";

const auth = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
const noRegion = { ...impatientPlatform(), defaultRegion: "" };

function newBucket(endpoint: string, name = "test-bucket", options: ClientOptions = {}) {
  return new Bucket(auth, endpoint, name, options, noRegion);
}

describe("new Bucket()", () => {
  for (const endpoint of ["oss-cn-hangzhou.aliyuncs.com", "https://oss-cn-hangzhou-internal.aliyuncs.com"]) {
    it(`takes the region from ${endpoint}`, async () => {
      const url = await newBucket(endpoint).signUrl("GET", "k", { expiresInSeconds: 60 });

      match(new URL(url).searchParams.get("x-oss-credential") ?? "", /^test-id\/\d{8}\/cn-hangzhou\/oss\//);
    });
  }

  it("says what to do when nothing tells the region", () => {
    throws(() => newBucket("http://127.0.0.1:7070"), {
      code: "region-unknown",
      message: /give \{ region: "cn-hangzhou" \} or set OSS_REGION/,
    });
  });

  it("needs no region for V1", () => {
    doesNotThrow(() => newBucket("http://127.0.0.1:7070", "test-bucket", { signatureVersion: "v1" }));
  });

  it("refuses an unusable endpoint, name, key or option at once", () => {
    const region = "cn-hangzhou";

    throws(() => newBucket(""), TypeError);
    throws(() => newBucket("http://host/path", "test-bucket", { region }), TypeError);
    throws(() => newBucket("localhost", "No_Bucket", { region }), TypeError);
    throws(() => newBucket("localhost", "test-bucket", { region, timeoutMs: 0 }), RangeError);
    throws(() => newBucket("localhost", "test-bucket", { region, attempts: 1.5 }), RangeError);
    throws(
      () => newBucket("localhost", "test-bucket", { region, signatureVersion: "v2" as never }),
      TypeError,
    );
    throws(() => new Bucket({} as never, "localhost", "test-bucket", { region }, noRegion), TypeError);
  });
});

describe("a bucket that is printed", () => {
  it("shows its name and none of its secrets", () => {
    const auth = {
      accessKeyId: "test-id",
      accessKeySecret: "hidden-secret",
      securityToken: "hidden-token",
    };
    const bucket = new Bucket(auth, "localhost", "test-bucket", { region: "cn-hangzhou" }, noRegion);

    equal(inspect(bucket), "Bucket { name: 'test-bucket' }");
    equal(JSON.stringify(bucket), '{"name":"test-bucket"}');
    ok(!inspect(bucket, { depth: 9, showHidden: true }).includes("hidden-"));
  });
});

describe("a bucket's calls", () => {
  it("refuse arguments outside their range before anything is sent", async () => {
    await using service = await startScriptedService((_request, response) => response.end());
    const bucket = bucketAt(service.endpoint);

    await rejects(bucket.headObject(""), TypeError);
    await rejects(bucket.headObject("/leading"), TypeError);
    await rejects(bucket.headObject("k".repeat(1024)), TypeError);
    await rejects(bucket.uploadPart("k", "", 1, "x"), TypeError);
    await rejects(bucket.uploadPart("k", "U", 0, "x"), RangeError);
    await rejects(bucket.uploadPart("k", "U", 10_001, "x"), RangeError);
    await rejects(bucket.uploadPart("k", "U", 1, 5 as never), TypeError);
    deepEqual(service.requests, []);
  });

  it("sign with the region without its prefix", async () => {
    const authorizations: unknown[] = [];
    await using service = await startScriptedService((request, response) => {
      authorizations.push(request.headers.authorization);
      response.writeHead(204).end();
    });

    await bucketAt(service.endpoint, { region: "oss-cn-beijing" }).deleteObject("k");

    match(String(authorizations[0]), /^OSS4-HMAC-SHA256 Credential=test-id\/\d{8}\/cn-beijing\/oss\//);
  });
});

describe("a bucket with versions", () => {
  it("is asked for the version that is named", async () => {
    await using service = await startScriptedService(({ method }, response) => {
      const headers = {
        etag: '"AB"',
        "last-modified": "Sat, 01 Apr 2023 05:52:31 GMT",
        "content-length": "0",
      };
      response.writeHead(method === "DELETE" ? 204 : 200, method === "DELETE" ? {} : headers).end();
    });
    const bucket = bucketAt(service.endpoint);
    const versionId = "CAEQ1";

    await (await bucket.getObject("k", { versionId })).text();
    await bucket.headObject("k", { versionId });
    await bucket.getObjectMeta("k", { versionId });
    await bucket.deleteObject("k", { versionId });

    deepEqual(service.requests, [
      "GET /test-bucket/k?versionId=CAEQ1",
      "HEAD /test-bucket/k?versionId=CAEQ1",
      "HEAD /test-bucket/k?objectMeta&versionId=CAEQ1",
      "DELETE /test-bucket/k?versionId=CAEQ1",
    ]);
  });

  it("says which delete marker stands in front now", async () => {
    await using service = await startScriptedService((_request, response) => {
      response.writeHead(204, { "x-oss-delete-marker": "true", "x-oss-version-id": "CAEQ2" }).end();
    });

    deepEqual(await bucketAt(service.endpoint).deleteObject("k"), {
      versionId: "CAEQ2",
      isDeleteMarker: true,
    });
  });

  it("takes keys and versions to delete side by side", async () => {
    const bodies: string[] = [];
    await using service = await startScriptedService((request, response) => {
      afterBody(request, (body) => {
        bodies.push(body.toString());
        response.end("<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>");
      });
    });

    await bucketAt(service.endpoint).deleteObjects(["a", { key: "b", versionId: "null" }]);

    match(
      bodies.join(),
      /<Object><Key>a<\/Key><\/Object><Object><Key>b<\/Key><VersionId>null<\/VersionId><\/Object>/,
    );
  });

  it("lists from the markers of the page before", async () => {
    await using service = await startScriptedService((_request, response) => {
      response.end(
        "<ListVersionsResult><Name>test-bucket</Name><IsTruncated>true</IsTruncated>" +
          "<NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>CAEQ2</NextVersionIdMarker></ListVersionsResult>",
      );
    });
    const bucket = bucketAt(service.endpoint);

    const { nextKeyMarker = "", nextVersionIdMarker = "" } = await bucket.listObjectVersions();
    await bucket.listObjectVersions({ keyMarker: nextKeyMarker, versionIdMarker: nextVersionIdMarker });

    deepEqual(service.requests, [
      "GET /test-bucket/?versions&encoding-type=url",
      "GET /test-bucket/?versions&key-marker=k&version-id-marker=CAEQ2&encoding-type=url",
    ]);
  });
});

describe("signUrl()", () => {
  it("puts the bucket where the endpoint's addressing has it", async () => {
    const options = { expiresInSeconds: 60 };

    match(
      await bucketAt("http://127.0.0.1:7070").signUrl("GET", "a b", options),
      /^http:\/\/127\.0\.0\.1:7070\/test-bucket\/a%20b\?/,
    );
    match(
      await bucketAt("oss-cn-hangzhou.aliyuncs.com").signUrl("GET", "a/b", options),
      /^https:\/\/test-bucket\.oss-cn-hangzhou\.aliyuncs\.com\/a\/b\?/,
    );
    match(
      await bucketAt("files.example.com", { addressing: "cname" }).signUrl("GET", "k", options),
      /^https:\/\/files\.example\.com\/k\?/,
    );
  });

  it("signs the query of a part", async () => {
    const query = { partNumber: 3, uploadId: "U" };

    const url = await bucketAt("http://127.0.0.1:7070").signUrl("PUT", "k", { expiresInSeconds: 60, query });

    match(url, /[?&]partNumber=3&uploadId=U&/);
  });

  it("refuses an expiry outside a second and seven days", async () => {
    const bucket = bucketAt("http://127.0.0.1:7070");

    await rejects(bucket.signUrl("GET", "k", { expiresInSeconds: 0 }), RangeError);
    await rejects(bucket.signUrl("GET", "k", { expiresInSeconds: 604_801 }), RangeError);
  });
});

describe("new PartInfo()", () => {
  it("keeps the ETag without quotes, and what else is known", () => {
    const part = new PartInfo(3, '"AB"', { size: 7, crc64: 9n });

    deepEqual([part.partNumber, part.etag, part.sizeBytes, part.crc64], [3, "AB", 7, 9n]);
    equal(new PartInfo(1, "AB").crc64, undefined);
  });

  it("refuses a number or an ETag that cannot be one", () => {
    throws(() => new PartInfo(0, "AB"), RangeError);
    throws(() => new PartInfo(1, ""), TypeError);
  });
});

// What calls on one object say of its versions. Source: the samples on OSS's pages GetObject, DeleteObject, CopyObject.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  copyObject,
  deleteObject,
  encodeError,
  getObject,
  getObjectMeta,
  headObject,
  serviceError as knownError,
  oss,
  uploadPartCopy,
} from "../../../src/protocol/index.ts";
import { aRequest, serviceError } from "../request-builder.ts";

const VERSION_ID = "CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0";

describe("a version id in a request", () => {
  for (const operation of [getObject, headObject, getObjectMeta, deleteObject]) {
    for (const versionId of [VERSION_ID, "null"]) {
      it(`is read by ${operation.name}: ${versionId}`, () => {
        const request = aRequest({ method: operation.method, query: { versionId } });

        assert.deepEqual(operation.decodeRequest(request, oss), {
          bucket: "examplebucket",
          key: "dir/a.txt",
          versionId,
        });
      });
    }

    // oss2's tests send an empty one and "IllegalVersion" and expect that they are refused.
    for (const versionId of ["", "IllegalVersion", `CAEQ${"A".repeat(1024)}`, "CAEQ 1"]) {
      it(`is refused by ${operation.name} when nobody can have given it: "${versionId.slice(0, 20)}"`, () => {
        const request = aRequest({ method: operation.method, query: { versionId } });

        assert.throws(
          () => operation.decodeRequest(request, oss),
          serviceError("InvalidArgument", {
            fields: { ArgumentName: "versionId", ArgumentValue: versionId },
          }),
        );
      });
    }
  }
});

describe("deleteObject.encodeResponse()", () => {
  it("says that the version is a delete marker only when it is: oss2 takes any text for true", () => {
    assert.deepEqual(deleteObject.encodeResponse({}, oss), { status: 204, headers: {} });
    assert.deepEqual(deleteObject.encodeResponse({ versionId: VERSION_ID }, oss), {
      status: 204,
      headers: { "x-oss-version-id": VERSION_ID },
    });
    assert.deepEqual(deleteObject.encodeResponse({ versionId: VERSION_ID, isDeleteMarker: true }, oss), {
      status: 204,
      headers: { "x-oss-delete-marker": "true", "x-oss-version-id": VERSION_ID },
    });
  });
});

describe("deleteObject.decodeResponse()", () => {
  it("takes the marker's word `false` for none", () => {
    const headers = { "x-oss-delete-marker": "false", "x-oss-version-id": VERSION_ID };

    assert.deepEqual(deleteObject.decodeResponse({ status: 204, headers }, oss), { versionId: VERSION_ID });
  });
});

describe("an answer to a copy", () => {
  const copied = {
    etag: "F2064A169EE92E9775EE5324D0B1682E",
    lastModified: new Date("2019-04-09T03:45:32.000Z"),
    sourceVersionId: VERSION_ID,
  };

  it("names the version that was made and the one that was read", () => {
    const { headers } = copyObject.encodeResponse({ ...copied, versionId: "CAEQNRiBgMClj7qD0BYi" }, oss);

    assert.equal(headers["x-oss-version-id"], "CAEQNRiBgMClj7qD0BYi");
    assert.equal(headers["x-oss-copy-source-version-id"], VERSION_ID);
  });

  it("of a part names the version that was read", () => {
    const { headers } = uploadPartCopy.encodeResponse(copied, oss);

    assert.equal(headers["x-oss-copy-source-version-id"], VERSION_ID);
  });
});

describe("encodeError()", () => {
  for (const method of ["GET", "HEAD"] as const) {
    it(`writes an error's headers for ${method}, beside the request's id`, () => {
      const error = knownError("NoSuchKey", {
        fields: { Key: "example" },
        headers: { "x-oss-delete-marker": "true", "x-oss-version-id": VERSION_ID },
      });

      const { headers } = encodeError(error, { requestId: "5CAC0FEA", hostId: "h", method }, oss);

      assert.equal(headers["x-oss-delete-marker"], "true");
      assert.equal(headers["x-oss-version-id"], VERSION_ID);
      assert.equal(headers["x-oss-request-id"], "5CAC0FEA");
      assert.equal(headers["x-oss-ec"], "0026-00000001");
    });
  }
});

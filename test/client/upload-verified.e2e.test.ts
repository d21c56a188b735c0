import { deepEqual } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { UploadOptions } from "../../src/client/upload/upload-options.ts";
import { bucketAt } from "./scripted-service.ts";
import { startUnsteadyService, type UnsteadyService } from "./unsteady-service.ts";
import { type Answer, inParts, PART, type PartRequest } from "./upload-service.ts";

let service: UnsteadyService;

before(async () => {
  service = await startUnsteadyService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

function withoutCrc64(answer: Answer): Answer {
  const { "x-oss-hash-crc64ecma": _, ...headers } = answer.headers;
  return { ...answer, headers };
}

async function verifiedOf(options: UploadOptions, isSilentTo: (request: PartRequest) => boolean) {
  service.fateOf = (request) => (isSilentTo(request) ? withoutCrc64 : "pass");
  const { path } = await service.newFile(3 * PART);
  const result = await bucketAt(service.network.endpoint).upload("verified", path, {
    checkpoint: false,
    ...options,
  });
  return result.verified;
}

const never = () => false;
const always = () => true;
const isCompletion = ({ method }: PartRequest) => method === "POST";

describe("what an upload says was verified", () => {
  it("is the CRC-64 of the whole where the service tells it", async () => {
    deepEqual(await verifiedOf(inParts, never), ["crc64"]);
    deepEqual(await verifiedOf({}, never), ["crc64"]);
  });

  it("is that of the parts where the whole's is not told, or not asked for", async () => {
    deepEqual(await verifiedOf(inParts, isCompletion), ["parts-crc64"]);
    deepEqual(await verifiedOf({ ...inParts, verify: "none" }, never), ["parts-crc64"]);
  });

  it("is nothing where the service tells none", async () => {
    deepEqual(await verifiedOf(inParts, always), []);
    deepEqual(await verifiedOf({}, always), []);
    deepEqual(
      await verifiedOf(inParts, ({ partNumber }) => partNumber === 2 || partNumber === undefined),
      [],
    );
  });

  it("is what was read back, whatever the service tells", async () => {
    deepEqual(await verifiedOf({ ...inParts, verify: "readback" }, never), ["crc64", "readback"]);
    deepEqual(await verifiedOf({ ...inParts, verify: "readback" }, always), ["readback"]);
    deepEqual(await verifiedOf({ verify: "readback" }, always), ["readback"]);
  });
});

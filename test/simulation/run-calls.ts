// A sequence of calls on the service and on the model, side by side: after each call both must have said the same, and
// at the end both must hold the same.
import { deepStrictEqual } from "node:assert/strict";
import { call as callOperation } from "../../src/client/call.ts";
import { listMultipartUploads } from "../../src/protocol/operations/list-multipart-uploads.ts";
import { type ListObjectsV2Output, listObjectsV2 } from "../../src/protocol/operations/list-objects-v2.ts";
import { putBucket } from "../../src/protocol/operations/put-bucket.ts";
import { callModel, type OpenSlot } from "./call-model.ts";
import { callService } from "./call-service.ts";
import { type Call, keys, slots } from "./service-calls.ts";
import { ServiceModel } from "./service-model.ts";
import type { ServiceWorld } from "./service-world.ts";

const neverOpened: OpenSlot = { key: "a", uploadId: "0".repeat(32) };

/** @param bucket  a name that this world has not seen */
export async function runCalls(calls: readonly Call[], world: ServiceWorld, bucket: string): Promise<void> {
  await callOperation(world.caller, putBucket, { bucket });
  const run = new CallRun(world, bucket);
  for (const [index, call] of calls.entries()) {
    await run.step(call, `call ${index + 1}, ${call.call}`);
  }
  await run.audit();
}

class CallRun {
  readonly #world: ServiceWorld;
  readonly #bucket: string;
  readonly #model = new ServiceModel();
  readonly #slots = new Map<number, OpenSlot>();

  constructor(world: ServiceWorld, bucket: string) {
    this.#world = world;
    this.#bucket = bucket;
  }

  async step(call: Call, what: string): Promise<void> {
    const world = this.#world;
    world.nowMs += 1_000;
    const slotOf = (slot: number) => this.#slots.get(slot) ?? neverOpened;
    const { caller } = world;
    const said = await callService(call, {
      caller,
      bucket: this.#bucket,
      model: this.#model,
      slotOf,
      restart: () => world.restart(),
    });
    const { uploadId = "", ...outcome } = said;
    const context = { model: this.#model, slotOf, nowMs: world.nowMs, newUploadId: String(uploadId) };
    deepStrictEqual(outcome, callModel(call, context), what);
    if (call.call === "initiate" && uploadId !== "") {
      this.#slots.set(call.slot, { key: call.key, uploadId: String(uploadId) });
    }
  }

  /** Everything that can be seen: each object whole, each upload's parts, and both listings, page by page. */
  async audit(): Promise<void> {
    for (const key of keys) {
      for (const range of [{}, middle, tooLong]) {
        const reading = { key, range, isStandard: false, condition: null };
        await this.step({ call: "getObject", ...reading }, `afterwards, getObject ${key}`);
      }
    }
    for (const slot of slots) {
      await this.step(
        { call: "listParts", slot, limit: 2, afterPartNumber: 0 },
        `afterwards, listParts ${slot}`,
      );
    }
    const everything = { prefix: "", delimiter: "", after: "", limit: 1_000 };
    await this.step({ call: "listObjects", page: everything }, "afterwards, listObjects");
    await this.step({ call: "listUploads", page: everything, markerSlot: -1 }, "afterwards, listUploads");
    await this.#auditPages(1);
    await this.#auditPages(2);
  }

  /** Pages joined by the tokens of the answers give the listing, without gap or repetition. */
  async #auditPages(pageSize: number): Promise<void> {
    if (!this.#model.isThere) {
      return;
    }
    const objects = this.#model.listObjects(allRows).rows.map(({ key }) => key);
    deepStrictEqual(
      await this.#listKeys(pageSize, objects.length),
      objects,
      `objects by pages of ${pageSize}`,
    );
    const uploads = this.#model.listUploads(allRows, "").rows.map(({ uploadId }) => uploadId);
    deepStrictEqual(
      await this.#listIds(pageSize, uploads.length),
      uploads,
      `uploads by pages of ${pageSize}`,
    );
  }

  async #listKeys(pageSize: number, pageCountMax: number): Promise<readonly string[]> {
    const listed: string[] = [];
    let continuation: { readonly continuationToken?: string } = {};
    for (let page = 0; page <= pageCountMax; page += 1) {
      const input = { bucket: this.#bucket, maxKeys: pageSize, encodingType, ...continuation };
      const output: ListObjectsV2Output = (await callOperation(this.#world.caller, listObjectsV2, input))
        .output;
      listed.push(...output.objects.map(({ key }) => key));
      if (output.nextContinuationToken === undefined) {
        return listed;
      }
      continuation = { continuationToken: output.nextContinuationToken };
    }
    return [...listed, "and no end of it"];
  }

  async #listIds(pageSize: number, pageCountMax: number): Promise<readonly string[]> {
    const listed: string[] = [];
    let marker: { readonly keyMarker?: string; readonly uploadIdMarker?: string } = {};
    for (let page = 0; page <= pageCountMax; page += 1) {
      const input = { bucket: this.#bucket, maxUploads: pageSize, encodingType, ...marker };
      const { output } = await callOperation(this.#world.caller, listMultipartUploads, input);
      listed.push(...output.uploads.map(({ uploadId }) => uploadId));
      if (!output.isTruncated) {
        return listed;
      }
      marker = { keyMarker: output.nextKeyMarker, uploadIdMarker: output.nextUploadIdMarker };
    }
    return [...listed, "and no end of it"];
  }
}

const encodingType = "url" as const;
/** From before the first border between two parts, as a rule, to behind the last one. */
const middle = { start: { quarters: 1, offset: 0 }, end: { quarters: 3, offset: 0 } };
/** One byte more than there are. */
const tooLong = { start: { quarters: 1, offset: 0 }, end: { quarters: 4, offset: 0 } };
const allRows = { prefix: "", delimiter: "", after: "", limit: Number.POSITIVE_INFINITY };

// A sequence of calls on the service and on the model, side by side: after each call both must have said the same, and
// at the end both must hold the same.
import { deepStrictEqual } from "node:assert/strict";
import { call as callOperation } from "../../src/client/call.ts";
import { putBucket } from "../../src/protocol/operations/put-bucket.ts";
import { auditCalls } from "./audit-calls.ts";
import { auditPages } from "./audit-pages.ts";
import type { Outcome } from "./call-context.ts";
import { callModel } from "./call-model.ts";
import { callService } from "./call-service.ts";
import { OpenSlots } from "./open-slots.ts";
import type { Call } from "./service-calls.ts";
import type { Chosen } from "./service-choices.ts";
import { ServiceModel } from "./service-model.ts";
import type { ServiceWorld } from "./service-world.ts";

/**
 * @param bucket  a name that this world has not seen
 * @throws {AssertionError} where the service says or holds something else than the model
 */
export async function runCalls(calls: readonly Call[], world: ServiceWorld, bucket: string): Promise<void> {
  await callOperation(world.caller, putBucket, { bucket });
  const model = new ServiceModel();
  const run = new CallRun(world, bucket, model);
  for (const [index, call] of calls.entries()) {
    await run.step(call, `call ${index + 1}, ${call.call}`);
  }
  for (const call of auditCalls(model)) {
    await run.step(call, `afterwards, ${JSON.stringify(call)}`);
  }
  await auditPages(world.caller, bucket, model);
}

class CallRun {
  readonly #world: ServiceWorld;
  readonly #bucket: string;
  readonly #model: ServiceModel;
  readonly #slots: OpenSlots;

  constructor(world: ServiceWorld, bucket: string, model: ServiceModel) {
    this.#world = world;
    this.#bucket = bucket;
    this.#model = model;
    this.#slots = new OpenSlots(model);
  }

  async step(call: Call, what: string): Promise<void> {
    const world = this.#world;
    const model = this.#model;
    world.nowMs += 1_000;
    const slotOf = (slot: number) => this.#slots.of(slot);
    const { caller } = world;
    const said = await callService(call, {
      ...{ caller, bucket: this.#bucket, model, slotOf },
      answerHeaders: () => world.answerHeaders,
      restart: () => world.restart(),
    });
    model.choices.take(chosenIn(said));
    deepStrictEqual(said, callModel(call, { model, slotOf, nowMs: world.nowMs }), what);
    if (call.call === "initiate" && typeof said.uploadId === "string") {
      this.#slots.open(call.slot, { key: call.key, uploadId: said.uploadId });
    }
  }
}

function chosenIn({ uploadId, versionId, etag, deleted }: Outcome): Chosen {
  const markers = Array.isArray(deleted)
    ? deleted.filter((one) => one.versionId === undefined).map((one) => one.deleteMarkerVersionId)
    : [];
  return {
    uploadId: textOf(uploadId),
    versionIds: [versionId, ...markers].flatMap((id) => textOf(id) ?? []),
    etag: textOf(etag),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

// What happens at the same time: requests, as the server's own handlers serve them, a lifecycle run, a collection of
// garbage. Each is told apart by its name, so that a failure can be read.
import { createHash } from "node:crypto";
import { oss } from "../../../src/protocol/dialects/oss.ts";
import type { AnyOperation, InputOf, OutputOf } from "../../../src/protocol/operation.ts";
import type { Handler } from "../../../src/server/handler.ts";
import { handleAbortMultipartUpload } from "../../../src/server/handlers/abort-multipart-upload.ts";
import { handleCompleteMultipartUpload } from "../../../src/server/handlers/complete-multipart-upload.ts";
import { handleDeleteObject } from "../../../src/server/handlers/delete-object.ts";
import { handleGetObject } from "../../../src/server/handlers/get-object.ts";
import { handleInitiateMultipartUpload } from "../../../src/server/handlers/initiate-multipart-upload.ts";
import { handlePutObject } from "../../../src/server/handlers/put-object.ts";
import { handleUploadPart } from "../../../src/server/handlers/upload-part.ts";
import { runLifecycle } from "../../../src/server/lifecycle/run-lifecycle.ts";
import type { RequestContext } from "../../../src/server/service-context.ts";
import { serviceErrorOf } from "../../../src/server/storage-failure.ts";
import { GARBAGE_GRACE_MS } from "../../../src/storage/index.ts";
import { md5Of } from "../../contract/metadata/records.ts";
import { ProcessLost } from "./operation-steps.ts";
import type { StepwiseStore } from "./stepwise-store.ts";
import { NOW_MS, texts, UPLOAD } from "./world-content.ts";
import { collectorAt } from "./world-state.ts";

/** What the sender is told, in words; a refusal by its code. */
export type Answer = string;
export type WorldOperation = (store: StepwiseStore) => Promise<Answer>;

const part = (partNumber: number, text: string): WorldOperation =>
  request(handleUploadPart, { ...UPLOAD, partNumber }, ({ etag, crc64 }) => `part ${etag} ${crc64}`, {
    text,
  });
const complete = (partTexts: readonly string[] | "all", forbidOverwrite = false): WorldOperation =>
  request(
    handleCompleteMultipartUpload,
    {
      ...UPLOAD,
      forbidOverwrite,
      parts:
        partTexts === "all"
          ? "all"
          : partTexts.map((text, index) => ({ partNumber: index + 1, etag: md5Of(text) })),
    },
    ({ etag, crc64 }) => `completed ${etag} ${crc64}`,
  );

/** All that a schedule can be made of, by name. */
export const worldOperations = {
  "part 1 again": part(1, "x".repeat(texts.part1.length)),
  "part 2 again": part(2, "TWO"),
  "part 3": part(3, "three"),
  complete: complete([texts.part1, texts.part2]),
  "complete, not over an object": complete([texts.part1, texts.part2], true),
  "complete with the new part 2": complete([texts.part1, "TWO"]),
  "complete with part 1 alone": complete([texts.part1]),
  "complete all": complete("all"),
  abort: request(handleAbortMultipartUpload, UPLOAD, () => "aborted"),
  expire: async ({ metadata }) => {
    await runLifecycle(metadata, {
      nowMs: NOW_MS,
      reportFailure: (failure) => {
        throw failure;
      },
    });
    return "lifecycle ran";
  },
  initiate: initiate("B".repeat(32)),
  "initiate another": initiate("C".repeat(32)),
  put: request(handlePutObject, UPLOAD, ({ etag }) => `put ${etag}`, { text: "put" }),
  "put, not over an object": request(
    handlePutObject,
    { ...UPLOAD, forbidOverwrite: true },
    ({ etag }) => `put ${etag}`,
    { text: "put" },
  ),
  delete: request(handleDeleteObject, UPLOAD, ({ isDeleteMarker = false }) => `deleted ${isDeleteMarker}`),
  get: read,
  collect: async (store) => {
    await collectorAt(NOW_MS + 2 * GARBAGE_GRACE_MS, store).deleteDue();
    return "collected";
  },
  /** Nothing is due, so all that it does is to copy blobs and to give the copies to their owners. */
  move: async (store) => {
    await collectorAt(NOW_MS, store).collectDue();
    return "moved";
  },
} satisfies Readonly<Record<string, WorldOperation>>;

export type OperationName = keyof typeof worldOperations;

/** Ids are random, so no two requests begin an upload of one id: this operation is not to meet itself. */
function initiate(uploadId: string): WorldOperation {
  const input = { ...UPLOAD, forbidOverwrite: true };
  return request(handleInitiateMultipartUpload, input, () => "initiated", { uploadId });
}

function request<O extends AnyOperation>(
  handler: Handler<O>,
  input: InputOf<O>,
  describe: (output: OutputOf<O>) => Answer,
  drawn: Drawn = {},
): WorldOperation {
  return async (store) => {
    try {
      const { output } = await handler(input, contextOf(store, drawn));
      return describe(output);
    } catch (failure) {
      return refusalOf(failure);
    }
  };
}

/** Reads to the end, as a client that takes its time: each piece of the bytes is a step. */
async function read(store: StepwiseStore): Promise<Answer> {
  try {
    const { body } = await handleGetObject(UPLOAD, contextOf(store));
    const hash = createHash("md5");
    try {
      for await (const chunk of body?.chunks ?? []) {
        hash.update(chunk);
      }
    } finally {
      await body?.[Symbol.asyncDispose]();
    }
    return `read ${hash.digest("hex")}`;
  } catch (failure) {
    return refusalOf(failure);
  }
}

function refusalOf(failure: unknown): Answer {
  if (failure instanceof ProcessLost) {
    throw failure;
  }
  const { code, cause } = serviceErrorOf(failure, { ...UPLOAD, operationName: undefined });
  if (code === "InternalError") {
    throw new Error("a request failed inside", { cause });
  }
  return code;
}

/** What another request would have another of. */
interface Drawn {
  readonly text?: string;
  readonly uploadId?: string;
}

function contextOf(store: StepwiseStore, { text = "", uploadId = "" }: Drawn = {}): RequestContext {
  const bytes = Buffer.from(text);
  return {
    ...{
      store,
      dialect: oss,
      region: "cn-hangzhou",
      acceptEncryptionHeaders: false,
      repeatCompletions: false,
      openUploadCountMax: Number.POSITIVE_INFINITY,
    },
    ...{
      callbacks: { hosts: [] },
      owner: { id: "1", displayName: "1" },
      method: "GET",
      host: "h",
      bucketUrl: "http://h",
    },
    ...{
      requestId: "1",
      clientAddress: "",
      holder: "account",
      newRuleId: () => "1",
      newUploadId: () => uploadId,
    },
    now: () => NOW_MS,
    rateClock: { now: () => NOW_MS, wait: async () => {} },
    assertReadAllowed: () => {},
    assertPoliciesAllow: async () => {},
    authorizeAgain: async () => {},
    body: { sizeBytes: bytes.length, chunks: chunksOf(bytes) },
  };
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

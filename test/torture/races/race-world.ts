// A real server over a real folder, in which the operations of a race meet: the same content as the simulated ones find,
// so that what those lead to one after another says what is right here.
import { setTimeout as delay } from "node:timers/promises";
import { Bucket, ServiceError } from "../../../src/client/node/index.ts";
import { fixedCredentials, startServer } from "../../../src/server/index.ts";
import { runLifecycle } from "../../../src/server/lifecycle/run-lifecycle.ts";
import { openEmbeddedStore, type Store } from "../../../src/storage/index.ts";
import { md5Of } from "../../contract/metadata/records.ts";
import {
  fillStore,
  NOW_MS,
  texts,
  UPLOAD,
  type WorldOptions,
} from "../../simulation/interleavings/world-content.ts";
import type { Answer, OperationName } from "../../simulation/interleavings/world-operations.ts";
import { assertEquation, snapshotOf } from "../../simulation/interleavings/world-state.ts";

const CREDENTIALS = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
/** The only run over the folder. */
const LEASE_ID = "1";

export class RaceWorld implements AsyncDisposable {
  readonly #resources: AsyncDisposableStack;
  readonly #store: Store;
  readonly #bucket: Bucket;
  readonly #operations: Readonly<Record<OperationName, () => Promise<Answer>>>;

  private constructor(resources: AsyncDisposableStack, store: Store, bucket: Bucket) {
    this.#resources = resources;
    this.#store = store;
    this.#bucket = bucket;
    this.#operations = this.#operationsByName();
  }

  static async open(folder: string): Promise<RaceWorld> {
    const resources = new AsyncDisposableStack();
    const store = resources.use(
      await openEmbeddedStore(folder, { now: () => NOW_MS, collectEveryMs: "never" }),
    );
    const credentials = fixedCredentials([CREDENTIALS]);
    const server = resources.use(await startServer({ store, credentials, lifecycleIntervalMs: "never" }));
    const options = { region: server.region, attempts: 1 };
    return new RaceWorld(resources, store, new Bucket(CREDENTIALS, server.endpoint, UPLOAD.bucket, options));
  }

  fill(options: WorldOptions): Promise<void> {
    return fillStore(this.#store, options);
  }

  /** @param delayMs  so that the operations do not always arrive in the order in which they were sent */
  async perform(name: OperationName, delayMs: number): Promise<Answer> {
    await delay(delayMs);
    try {
      return await this.#operations[name]();
    } catch (failure) {
      if (failure instanceof ServiceError && failure.status < 500) {
        return failure.code;
      }
      throw failure;
    }
  }

  /** @returns what is left, when the equation holds */
  async settle(): Promise<string> {
    const snapshot = JSON.stringify(await snapshotOf(this.#store));
    await assertEquation(this.#store, [LEASE_ID]);
    return snapshot;
  }

  /** Removes all, for the next race. */
  async clear(): Promise<void> {
    const { metadata } = this.#store;
    const page = { prefix: "", delimiter: "", keyMarker: "", limit: 100 };
    const { versions } = await metadata.listVersions(UPLOAD.bucket, { ...page, versionIdMarker: "" });
    await metadata.deleteObjects(
      UPLOAD.bucket,
      versions.map(({ version }) => version),
      NOW_MS,
    );
    const { uploads } = await metadata.listUploads(UPLOAD.bucket, { ...page, uploadIdMarker: "" });
    await Promise.all(uploads.map((upload) => metadata.abortUpload(upload)));
    await metadata.forgetOutcomes({ endedBeforeMs: Number.MAX_SAFE_INTEGER, limit: 100 });
    await metadata.deleteBucket(UPLOAD.bucket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  #operationsByName(): Readonly<Record<OperationName, () => Promise<Answer>>> {
    const { key, uploadId } = UPLOAD;
    const bucket = this.#bucket;
    const part = (partNumber: number, text: string) => async () => {
      const { etag, crc64 } = await bucket.uploadPart(key, uploadId, partNumber, Buffer.from(text));
      return `part ${etag} ${crc64}`;
    };
    const complete =
      (partTexts: readonly string[] | "all", forbidOverwrite = false) =>
      async () => {
        const parts =
          partTexts === "all"
            ? "all"
            : partTexts.map((text, index) => ({ partNumber: index + 1, etag: md5Of(text) }));
        const { etag, crc64 } = await bucket.completeMultipartUpload(key, uploadId, parts, {
          forbidOverwrite,
        });
        return `completed ${etag} ${crc64}`;
      };
    const put = (forbidOverwrite: boolean) => async () =>
      `put ${(await bucket.putObject(key, Buffer.from("put"), { forbidOverwrite })).etag}`;
    const initiate = async () => {
      await bucket.initMultipartUpload(key, { forbidOverwrite: true });
      return "initiated";
    };
    return {
      "part 1 again": part(1, "x".repeat(texts.part1.length)),
      "part 2 again": part(2, "TWO"),
      "part 3": part(3, "three"),
      complete: complete([texts.part1, texts.part2]),
      "complete, not over an object": complete([texts.part1, texts.part2], true),
      "complete with the new part 2": complete([texts.part1, "TWO"]),
      "complete with part 1 alone": complete([texts.part1]),
      "complete all": complete("all"),
      abort: async () => {
        await bucket.abortMultipartUpload(key, uploadId);
        return "aborted";
      },
      expire: async () => {
        const reportFailure = (failure: unknown) => {
          throw failure;
        };
        await runLifecycle(this.#store.metadata, { nowMs: NOW_MS, reportFailure });
        return "lifecycle ran";
      },
      initiate,
      "initiate another": initiate,
      put: put(false),
      "put, not over an object": put(true),
      delete: async () => `deleted ${(await bucket.deleteObject(key)).isDeleteMarker ?? false}`,
      get: async () => {
        const object = await bucket.getObject(key);
        return `read ${md5Of(Buffer.from(await object.bytes()).toString("latin1"))}`;
      },
      collect: async () => {
        await this.#store.collectGarbage();
        return "collected";
      },
      move: async () => {
        await this.#store.collectGarbage();
        return "moved";
      },
    };
  }
}

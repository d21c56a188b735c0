// A bucket in a store, with versions and uploads of any age, and what lifecycle rules do to it.
import type { LifecycleRule } from "../../src/protocol/index.ts";
import type { LifecycleRunOptions } from "../../src/server/lifecycle/bucket-lifecycle-run.ts";
import { runLifecycle } from "../../src/server/lifecycle/run-lifecycle.ts";
import type {
  ListedVersion,
  MetadataStore,
  ObjectAttributes,
  UploadRecord,
} from "../../src/storage/index.ts";
import { bucketRecord, newObject, uploadRecord } from "../contract/metadata/records.ts";

export const DAY_MS = 86_400_000;
/** A midnight. */
export const DAY_0_MS: number = Date.UTC(2025, 0, 1);

let lastBucket = 0;

export class LifecycleWorld {
  readonly metadata: MetadataStore;
  readonly bucket: string;

  private constructor(metadata: MetadataStore, bucket: string) {
    this.metadata = metadata;
    this.bucket = bucket;
  }

  /** Over a bucket that no other test has; the rules of all others are taken away. */
  static async make(metadata: MetadataStore): Promise<LifecycleWorld> {
    const { buckets } = await metadata.listBuckets({ prefix: "", startAfter: "", limit: 1_000 });
    for (const { name } of buckets) {
      await metadata.updateBucket(name, { configurations: { lifecycle: null } });
    }
    lastBucket += 1;
    const name = `bucket-${lastBucket}`;
    await metadata.createBucket(bucketRecord({ name }));
    return new LifecycleWorld(metadata, name);
  }

  async setRules(...rules: readonly Partial<LifecycleRule>[]): Promise<void> {
    const whole = rules.map((rule, index) => ({ id: `${index}`, prefix: "", status: "Enabled", ...rule }));
    await this.setConfiguration(JSON.stringify(whole));
  }

  async setConfiguration(lifecycle: string): Promise<void> {
    await this.metadata.updateBucket(this.bucket, { configurations: { lifecycle } });
  }

  async setVersioning(versioning: "Enabled" | "Suspended"): Promise<void> {
    await this.metadata.updateBucket(this.bucket, { versioning });
  }

  async put(
    key: string,
    modifiedAtMs: number,
    facts: { readonly storageClass?: string; readonly tags?: ObjectAttributes["tags"] } = {},
  ): Promise<void> {
    const { storageClass, tags = {} } = facts;
    const standard: ObjectAttributes["standard"] = storageClass === undefined ? {} : { storageClass };
    const attributes = { standard, user: {}, tags };
    await this.metadata.putObject(newObject({ bucket: this.bucket, key, modifiedAtMs, attributes }));
  }

  async delete(key: string, deletedAtMs: number): Promise<void> {
    await this.metadata.deleteObjects(this.bucket, [{ key }], deletedAtMs);
  }

  async begin(key: string, initiatedAtMs: number): Promise<UploadRecord> {
    const upload = uploadRecord({ bucket: this.bucket, key, initiatedAtMs });
    await this.metadata.createUpload(upload, { forbidOverwrite: false });
    return upload;
  }

  /** @param metadata  another view of the same store */
  run(
    nowMs: number,
    options: Partial<LifecycleRunOptions> = {},
    metadata: MetadataStore = this.metadata,
  ): ReturnType<typeof runLifecycle> {
    const reportFailure = (failure: unknown) => {
      throw failure;
    };
    return runLifecycle(metadata, { nowMs, reportFailure, ...options });
  }

  /** All versions, the newest of a key first. */
  async versions(): Promise<readonly ListedVersion[]> {
    const everything = { prefix: "", delimiter: "", keyMarker: "", versionIdMarker: "", limit: 1_000 };
    return (await this.metadata.listVersions(this.bucket, everything)).versions;
  }

  async uploadKeys(): Promise<readonly string[]> {
    const everything = { prefix: "", delimiter: "", keyMarker: "", uploadIdMarker: "", limit: 1_000 };
    const { uploads } = await this.metadata.listUploads(this.bucket, everything);
    return uploads.map(({ key }) => key);
  }

  /** Such as `k Normal IA day 3`, for each version. */
  async summary(): Promise<readonly string[]> {
    return (await this.versions()).map(({ version }) => {
      const storageClass =
        version.type === "DeleteMarker" ? "" : ` ${version.attributes.standard.storageClass ?? "Standard"}`;
      const day = Math.floor((version.modifiedAtMs - DAY_0_MS) / DAY_MS);
      return `${version.key} ${version.type}${storageClass} day ${day}`;
    });
  }
}

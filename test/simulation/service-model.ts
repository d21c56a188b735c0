// The service as a user sees it, small enough to check by eye: one bucket in plain maps. It knows nothing of the
// server, of its stores or of their arithmetic; docs/PROTOCOL.md is what it is written from.
import { assertCondition } from "./model-checks.ts";
import { type ModelPage, pageOf } from "./model-listing.ts";
import {
  type ModelObject,
  type ModelPart,
  type ModelUpload,
  type ModelVersion,
  md5Base64,
  Refusal,
  sumsOf,
  type Tags,
} from "./model-records.ts";
import { ModelUploads, sortedParts } from "./model-uploads.ts";
import { type ListedVersion, ModelVersions, NULL_VERSION_ID } from "./model-versions.ts";
import type { Condition, Page, PartChoice, Versioning } from "./service-calls.ts";
import { ServiceChoices } from "./service-choices.ts";

interface ModelBucket {
  /** Undefined until it is set for the first time. */
  readonly versioning: Versioning | undefined;
  readonly versions: ModelVersions;
  readonly uploads: ModelUploads;
}

/** What is given in one piece. */
type GivenObject = Pick<ModelObject, "bytes" | "key" | "modifiedAtMs" | "note" | "tags">;

export interface Deletion {
  readonly removed?: ModelVersion;
  /** The delete marker that was put in front. */
  readonly marker?: ModelVersion;
}

export class ServiceModel {
  /** What only the service can say, such as the ids that it gives. */
  readonly choices: ServiceChoices = new ServiceChoices();
  #bucket: ModelBucket | undefined = newBucket();

  get isThere(): boolean {
    return this.#bucket !== undefined;
  }

  get versioning(): Versioning | undefined {
    return this.#existing.versioning;
  }

  createBucket(): void {
    this.#bucket ??= newBucket();
  }

  deleteBucket(): void {
    const { versions, uploads } = this.#existing;
    if (!(versions.isEmpty && uploads.isEmpty)) {
      throw new Refusal("BucketNotEmpty");
    }
    this.#bucket = undefined;
  }

  setVersioning(versioning: Versioning): void {
    this.#bucket = { ...this.#existing, versioning };
  }

  /** For a look from outside: whatever is there. */
  get versions(): ModelVersions | undefined {
    return this.#bucket?.versions;
  }

  /** As `versions`, an object alone. */
  find(key: string, versionId?: string): ModelObject | undefined {
    const version = this.versions?.find(key, versionId);
    return version?.type === "DeleteMarker" ? undefined : version;
  }

  /** As `versions`, an open upload. */
  findUpload(uploadId: string): ModelUpload | undefined {
    return this.#bucket?.uploads.find(uploadId);
  }

  /** Of an open upload, by number; none of another. */
  findParts(uploadId: string): readonly ModelPart[] {
    const upload = this.findUpload(uploadId);
    return upload === undefined ? [] : sortedParts(upload);
  }

  /** What answers call a version: nothing until versioning is set. */
  shown({ versionId }: Pick<ModelVersion, "versionId">): string | undefined {
    return this.versioning === undefined ? undefined : versionId;
  }

  putObject(object: GivenObject, forbidOverwrite: boolean): ModelObject {
    this.assertWritable(object.key, forbidOverwrite);
    const contentMd5 = md5Base64(object.bytes);
    return this.#publish({ ...object, ...sumsOf(object.bytes), contentMd5, type: "Normal" });
  }

  assertAppendable(key: string, position: number): void {
    const version = this.#existing.versions.find(key, undefined);
    const object = version?.type === "DeleteMarker" ? undefined : version;
    if (object !== undefined && object.type !== "Appendable") {
      throw new Refusal("ObjectNotAppendable");
    }
    const sizeBytes = object?.bytes.length ?? 0;
    if (sizeBytes !== position) {
      throw new Refusal("PositionNotEqualToLength", { "x-oss-next-append-position": String(sizeBytes) });
    }
  }

  /** The version that is there grows; its note and tags are those of the first append. */
  appendObject({ bytes, ...begun }: GivenObject): ModelObject {
    const there = this.find(begun.key);
    const whole = Buffer.concat([there?.bytes ?? Buffer.alloc(0), bytes]);
    const sums = { bytes: whole, crc64: sumsOf(whole).crc64, etag: this.choices.newAppendEtag() };
    if (there === undefined) {
      return this.#publish({ ...begun, ...sums, contentMd5: undefined, type: "Appendable" });
    }
    const grown = { ...there, ...sums, modifiedAtMs: begun.modifiedAtMs };
    this.#existing.versions.change(grown);
    return grown;
  }

  /** @param condition  on the object */
  getObject(key: string, versionId: string | undefined, condition: Condition | null): ModelObject {
    const version = this.#existing.versions.find(key, versionId);
    if (version === undefined) {
      throw new Refusal(versionId === undefined ? "NoSuchKey" : "NoSuchVersion");
    }
    if (version.type === "DeleteMarker") {
      const marked = { "x-oss-delete-marker": "true", "x-oss-version-id": version.versionId };
      throw versionId === undefined
        ? new Refusal("NoSuchKey", marked)
        : new Refusal("MethodNotAllowed", { ...marked, allow: "DELETE" });
    }
    assertCondition(condition);
    return version;
  }

  /** As `getObject`, but a delete marker that is named is a wrong argument. */
  getSource(key: string, versionId: string | undefined, condition: Condition | null): ModelObject {
    const version = this.#existing.versions.find(key, versionId);
    if (version?.type === "DeleteMarker" && versionId !== undefined) {
      throw new Refusal("InvalidArgument");
    }
    return this.getObject(key, versionId, condition);
  }

  /** Neither the time nor the ETag of the object changes. */
  setTags(key: string, versionId: string | undefined, tags: Tags): ModelObject {
    const changed = { ...this.getObject(key, versionId, null), tags };
    this.#existing.versions.change(changed);
    return changed;
  }

  deleteObject(key: string, versionId: string | undefined, deletedAtMs: number): Deletion {
    const { versioning, versions } = this.#existing;
    if (versionId === undefined && versioning !== undefined) {
      const marker = { key, versionId: this.#newVersionId(), modifiedAtMs: deletedAtMs };
      versions.put({ ...marker, type: "DeleteMarker" });
      return { marker: { ...marker, type: "DeleteMarker" } };
    }
    const removed = versions.find(key, versionId);
    if (removed === undefined) {
      return {};
    }
    versions.remove(key, removed.versionId);
    return { removed };
  }

  listObjects({ after, ...page }: Page): ModelPage<ModelObject> {
    const current = this.#existing.versions.list().filter(({ isLatest }) => isLatest);
    const objects = current.flatMap(({ version }) => (version.type === "DeleteMarker" ? [] : [version]));
    return pageOf(objects, { ...page, afterKey: after, isBehind: () => false });
  }

  /** @param afterVersionId  of `after`; undefined for none */
  listVersions({ after, ...page }: Page, afterVersionId: string | undefined): ModelPage<ListedVersion> {
    const { versions } = this.#existing;
    const isBehind = (row: ListedVersion) =>
      afterVersionId !== undefined && versions.isBehind(row, afterVersionId);
    return pageOf(versions.list(), { ...page, afterKey: after, isBehind });
  }

  listUploads({ after, ...page }: Page, afterUploadId: string): ModelPage<ModelUpload> {
    const sorted = this.#existing.uploads.list().toSorted((a, b) => (a.uploadId < b.uploadId ? -1 : 1));
    // An upload id says something only about the key that it comes with.
    const isMarker = after !== "" && afterUploadId !== "";
    const isBehind = ({ uploadId }: ModelUpload) => isMarker && uploadId > afterUploadId;
    return pageOf(sorted, { ...page, afterKey: after, isBehind });
  }

  /** Where versions are kept nothing is overwritten. */
  assertWritable(key: string, forbidOverwrite: boolean): void {
    const { versioning, versions } = this.#existing;
    if (forbidOverwrite && versioning === undefined && versions.find(key, undefined) !== undefined) {
      throw new Refusal("FileAlreadyExists");
    }
  }

  initiate(upload: Omit<ModelUpload, "parts" | "uploadId">): string {
    const uploadId = this.choices.newUploadId();
    this.#existing.uploads.open({ ...upload, uploadId });
    return uploadId;
  }

  get uploads(): ModelUploads {
    return this.#existing.uploads;
  }

  complete(
    uploadId: string,
    choice: PartChoice,
    options: { readonly forbidOverwrite: boolean; readonly completedAtMs: number },
  ): ModelObject {
    const content = this.uploads.complete(uploadId, choice);
    this.assertWritable(content.key, options.forbidOverwrite);
    this.uploads.close(uploadId);
    return this.#publish({ ...content, modifiedAtMs: options.completedAtMs });
  }

  get #existing(): ModelBucket {
    if (this.#bucket === undefined) {
      throw new Refusal("NoSuchBucket");
    }
    return this.#bucket;
  }

  #publish(object: Omit<ModelObject, "versionId">): ModelObject {
    const published = { ...object, versionId: this.#newVersionId() };
    this.#existing.versions.put(published);
    return published;
  }

  #newVersionId(): string {
    return this.versioning === "Enabled" ? this.choices.newVersionId() : NULL_VERSION_ID;
  }
}

function newBucket(): ModelBucket {
  return { versioning: undefined, versions: new ModelVersions(), uploads: new ModelUploads() };
}

// Objects and their versions in memory.
import { changedAttributes } from "../apply-changes.ts";
import { assertKey } from "../key-order.ts";
import type { Append, Deletion, DeletionOutcome, NewObject, OpenedVersion } from "../metadata-store.ts";
import { planAppend } from "../plan-append.ts";
import { assertMayPublish, assertRights, planDeletion } from "../publication.ts";
import type { AttributesChange, Extent, ObjectId, ObjectRecord } from "../records.ts";
import type { MemoryBucket } from "./memory-bucket.ts";
import type { MemoryState } from "./memory-state.ts";

export class MemoryObjects {
  readonly #state: MemoryState;

  constructor(state: MemoryState) {
    this.#state = state;
  }

  put({ extents, forbidOverwrite, onlyWhile, ...facts }: NewObject): ObjectRecord {
    this.#state.assertOpen();
    assertKey(facts.key);
    return this.#state.garbage.orDrop(extents, () => {
      assertMayPublish(this.#state.target(facts), { forbidOverwrite, onlyWhile });
      return this.#state.publish({ ...facts, sizeBytes: sizeOf(extents) }, extents);
    });
  }

  append(append: Append): ObjectRecord {
    this.#state.assertOpen();
    assertKey(append.key);
    const appended = append.extent === undefined ? [] : [append.extent];
    return this.#state.garbage.orDrop(appended, () => {
      assertRights(this.#state.target(append), append.onlyWhile);
      const bucket = this.#state.bucket(append.bucket);
      const current = bucket.find(append.key);
      const plan = planAppend(current?.version, append);
      if (plan.type === "begin") {
        return this.#state.publish(plan.object, appended);
      }
      const version = { ...plan.object, generation: this.#state.nextGeneration() };
      bucket.replace({ version, extents: [...(current?.extents ?? []), ...appended] });
      return version;
    });
  }

  open({ bucket, key, versionId }: ObjectId): OpenedVersion | undefined {
    assertKey(key);
    return this.#state.bucket(bucket).find(key, versionId);
  }

  change(
    id: ObjectId,
    change: AttributesChange,
    only?: { readonly generation: number },
  ): ObjectRecord | undefined {
    const opened = this.open(id);
    if (opened === undefined || opened.version.type === "DeleteMarker") {
      return undefined;
    }
    if (only !== undefined && only.generation !== opened.version.generation) {
      return undefined;
    }
    const version = { ...opened.version, attributes: changedAttributes(opened.version.attributes, change) };
    this.#state.bucket(id.bucket).replace({ ...opened, version });
    return version;
  }

  delete(name: string, deletions: readonly Deletion[], deletedAtMs: number): readonly DeletionOutcome[] {
    const bucket = this.#state.bucket(name);
    for (const { key } of deletions) {
      assertKey(key);
    }
    return deletions.map((deletion) => this.#deleteOne(bucket, deletion, deletedAtMs));
  }

  #deleteOne(bucket: MemoryBucket, deletion: Deletion, deletedAtMs: number): DeletionOutcome {
    const { key, versionId } = deletion;
    const there = bucket.find(key, versionId);
    const plan = planDeletion(deletion, bucket.record.versioning, there?.version);
    if (plan === "mark") {
      const { marker, replaced } = this.#state.mark(bucket, { key, modifiedAtMs: deletedAtMs });
      return { ...(replaced === undefined ? {} : { removed: replaced.version }), marker };
    }
    if (plan === "nothing" || there === undefined) {
      return {};
    }
    bucket.remove(key, there.version.versionId);
    this.#state.garbage.drop(there.extents);
    return { removed: there.version };
  }
}

function sizeOf(extents: readonly Extent[]): number {
  return extents.reduce((sizeBytes, extent) => sizeBytes + extent.sizeBytes, 0);
}

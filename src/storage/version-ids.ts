// What versions are called.
import type { VersionRecord } from "./records.ts";

/** The one version of a key that was written while versioning was absent or suspended. */
export const NULL_VERSION_ID = "null";

const GENERATION_DIGITS = 16;
const ID_PREFIX = "CAEQ";
const ID_PATTERN = new RegExp(`^${ID_PREFIX}[0-9a-f]{${GENERATION_DIGITS}}$`);

/** The id of a version that was put with this generation. Opaque to everybody else, never given twice. */
export function versionIdOf(generation: number): string {
  return `${ID_PREFIX}${generation.toString(16).padStart(GENERATION_DIGITS, "0")}`;
}

/**
 * Whether a listing that goes on after a version that is gone still has to name this one: who deletes what he has listed,
 * page by page, must not lose the rest of a key. The id tells when it was put. A `null` version's does not: behind one
 * that is gone everything of its key is listed, and an appendable one, whose generation is that of its last append, is
 * listed behind every other, perhaps once more.
 *
 * @param goneId  what was never the id of a version has nothing behind it
 */
export function standsBehindGone(
  {
    versionId,
    type,
    generation,
  }: Pick<VersionRecord, "generation" | "versionId"> & { readonly type: string },
  goneId: string,
): boolean {
  if (goneId === NULL_VERSION_ID) {
    return true;
  }
  const goneGeneration = putGenerationOf(goneId);
  if (goneGeneration === undefined) {
    return false;
  }
  const isPutUnknown = versionId === NULL_VERSION_ID && type === "Appendable";
  return isPutUnknown || (putGenerationOf(versionId) ?? generation) < goneGeneration;
}

/** That of the version when it was put, which an append changes. */
function putGenerationOf(versionId: string): number | undefined {
  return ID_PATTERN.test(versionId) ? Number.parseInt(versionId.slice(ID_PREFIX.length), 16) : undefined;
}

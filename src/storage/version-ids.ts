// What versions are called.

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
 * Behind which generation a listing goes on after a version that is gone: who deletes what he has listed, page by page,
 * must not lose the rest of a key. The id tells where it stood. The `null` version's does not, so everything of its key
 * is listed, perhaps once more.
 *
 * @returns undefined for what was never the id of a version
 */
export function generationOfGone(versionId: string): number | undefined {
  if (versionId === NULL_VERSION_ID) {
    return Number.MAX_SAFE_INTEGER;
  }
  return ID_PATTERN.test(versionId) ? Number.parseInt(versionId.slice(ID_PREFIX.length), 16) : undefined;
}

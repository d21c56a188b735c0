// What versions are called.

/** The one version of a key that was written while versioning was absent or suspended. */
export const NULL_VERSION_ID = "null";

const GENERATION_DIGITS = 16;

/** The id of a version that was put with this generation. Opaque to everybody else, never given twice. */
export function versionIdOf(generation: number): string {
  return `CAEQ${generation.toString(16).padStart(GENERATION_DIGITS, "0")}`;
}

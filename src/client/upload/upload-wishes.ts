// What an object will carry, as one text: an upload that was begun with other wishes cannot be continued, for the service
// has taken them down already. Whoever finds the text later can wish the same again.
import type { UploadOptions } from "./upload-options.ts";

export type UploadWishes = Pick<UploadOptions, "forbidOverwrite" | "objectAcl" | "objectHeaders" | "tags">;

/** The same for the same wishes in whatever order; "{}" for none. */
export function wishesOf({ objectHeaders, tags, objectAcl, forbidOverwrite }: UploadWishes): string {
  const forbidden = forbidOverwrite === true ? true : undefined;
  return JSON.stringify(canonical({ objectHeaders, tags, objectAcl, forbidOverwrite: forbidden }) ?? {});
}

/** What `wishesOf` made a text of; nothing if it is none. */
export function wishesIn(text: string): UploadWishes {
  try {
    const { objectHeaders, tags, objectAcl, forbidOverwrite } = JSON.parse(text) as UploadWishes;
    return { objectHeaders, tags, objectAcl, ...(forbidOverwrite ? { forbidOverwrite } : {}) };
  } catch {
    return {};
  }
}

/** Names in order; what is undefined or empty left out. */
function canonical(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value)
    .map(([name, inner]) => [name, canonical(inner)] as const)
    .filter(([, inner]) => inner !== undefined);
  return entries.length === 0
    ? undefined
    : Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

// With exactOptionalPropertyTypes an absent property and one that is undefined are different things.
import type { Headers } from "../http-message.ts";

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Headers from values that may be absent. */
export function presentHeaders(headers: Readonly<Record<string, string | undefined>>): Headers {
  return present(headers) as Headers;
}

/** A copy of `record` without the properties whose value is undefined. */
export function present<T extends object>(record: T): Present<T> {
  // A loop, for every request makes a dozen of these: through lists of pairs it takes several times as long.
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(record)) {
    const value: unknown = record[name as keyof T];
    if (value !== undefined) {
      copy[name] = value;
    }
  }
  return copy as Present<T>;
}

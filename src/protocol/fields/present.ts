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
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Present<T>;
}

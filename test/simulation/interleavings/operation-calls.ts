// What an operation asks of the two stores, and what it is told, as data: so that a call can be looked up among those that
// were made before.
import { serialize } from "node:v8";
import type { MetadataStore } from "../../../src/storage/metadata-store.ts";
import { StorageError } from "../../../src/storage/storage-error.ts";

export type MetadataCallName = Exclude<keyof MetadataStore, typeof Symbol.asyncDispose>;

export type Call =
  | { readonly kind: "metadata"; readonly name: MetadataCallName; readonly input: readonly unknown[] }
  | { readonly kind: "write"; readonly blobId: string; readonly bytes: Uint8Array }
  | { readonly kind: "commit" | "create" | "discard" | "open"; readonly blobId: string }
  | { readonly kind: "delete"; readonly blobIds: readonly string[] }
  | { readonly kind: "reclaim" };

/** Of `open` the value is the blob's bytes. */
export type Result = { readonly value: unknown } | { readonly error: unknown };

export function nameOfCall(call: Call): string {
  switch (call.kind) {
    case "metadata":
      return call.name;
    case "reclaim":
      return "reclaim";
    case "delete":
      return `delete ${call.blobIds.join(", ")}`;
    default:
      return `${call.kind} ${call.blobId}`;
  }
}

/** Numbers equal things alike, from 0. */
export class Numbering<T> {
  readonly #numbers = new Map<string, number>();
  readonly #things: T[] = [];
  readonly #keyOf: (thing: T) => string;

  constructor(keyOf: (thing: T) => string) {
    this.#keyOf = keyOf;
  }

  get count(): number {
    return this.#things.length;
  }

  numberOf(thing: T): number {
    const key = this.#keyOf(thing);
    const known = this.#numbers.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#numbers.set(key, this.#things.length);
    return this.#things.push(thing) - 1;
  }

  thing(number: number): T {
    return this.#things[number] as T;
  }
}

export function keyOfCall(call: Call): string {
  return serialize(call).toString("latin1");
}

export function keyOfResult(result: Result): string {
  if (!("error" in result)) {
    return serialize(result.value).toString("latin1");
  }
  const { error } = result;
  return error instanceof StorageError
    ? `refused: ${serialize([error.code, error.message, error.fields]).toString("latin1")}`
    : `failed: ${String(error)}`;
}

// Answers that travel between the threads in another form than the port has them, for as so many objects they would cost
// each thread several times as much.
import type { MetadataStore } from "../metadata-store.ts";
import { type PackedVersion, unpackVersion } from "./packed-extents.ts";
import {
  type PackedObjectPage,
  type PackedVersionPage,
  unpackObjectPage,
  unpackVersionPage,
} from "./packed-listing.ts";

export interface PackedOutputs {
  readonly openObject: PackedVersion | undefined;
  readonly listObjects: PackedObjectPage;
  readonly listVersions: PackedVersionPage;
}

/** What the port answers. */
type Output<Name extends keyof MetadataStore> = Awaited<ReturnType<MetadataStore[Name]>>;

/** @param value  what the thread answered: packed where `PackedOutputs` says so */
export function unpackOutput<Name extends keyof MetadataStore>(
  operation: Name,
  value: unknown,
): Output<Name> {
  return (isPacked(operation) ? unpack(operation, value) : value) as Output<Name>;
}

type Unpackers = {
  readonly [Name in keyof PackedOutputs]: (packed: PackedOutputs[Name]) => Output<Name>;
};

const unpackers: Unpackers = {
  openObject: (packed) => packed && unpackVersion(packed),
  listObjects: unpackObjectPage,
  listVersions: unpackVersionPage,
};

function isPacked(operation: keyof MetadataStore): operation is keyof PackedOutputs {
  return Object.hasOwn(unpackers, operation);
}

function unpack(operation: keyof PackedOutputs, value: unknown): unknown {
  return (unpackers[operation] as (packed: unknown) => unknown)(value);
}

// What `cp FROM… TO` means: one transfer for each file or object.
import { join } from "node:path";
import type { Bucket } from "../../client/node/index.ts";
import { isObjectKey } from "../../protocol/names.ts";
import { CommandError, UsageError } from "../command-error.ts";
import { downloadTarget } from "../download-target.ts";
import { describeFailure } from "../failure.ts";
import { formatOssUrl, isOssUrl, type OssUrl, parseObjectUrl, parseOssUrl } from "../oss-url.ts";
import { fileOfKey } from "./file-of-key.ts";
import { findLocal, STREAM } from "./find-local.ts";
import { isThere } from "./is-there.ts";
import { type KeyGlob, keyGlob } from "./key-glob.ts";
import { listObjects, type RemoteObject } from "./list-objects.ts";
import { fromOf, type ObjectPlace, type Transfer, toOf, type Unmovable } from "./transfer.ts";

export interface FindContext {
  readonly recursive: boolean;
  readonly signal: AbortSignal;
  readonly isMeant: (name: string) => boolean;
  bucket(name: string): Promise<Bucket>;
}

export type Found = Transfer | Unmovable;

/** @throws {CommandError} when the places make no sense together, before anything is moved */
export async function findTransfers(
  sources: readonly string[],
  target: string,
  context: FindContext,
): Promise<{ readonly isOne: boolean; readonly transfers: AsyncGenerator<Found> }> {
  if (![...sources, target].some(isOssUrl)) {
    throw new UsageError(
      `neither "${sources[0]}" nor "${target}" is in object storage; write one as oss://BUCKET/KEY`,
    );
  }
  const isOneOfMany = sources.length > 1;
  const finders: NamedFinder[] = [];
  for (const source of sources) {
    const find = isOssUrl(source) ? fromRemote : fromLocal;
    finders.push({ ...(await find(source, target, { ...context, isOneOfMany })), source });
  }
  const [only, ...others] = finders;
  return only !== undefined && others.length === 0
    ? { isOne: only.isOne, transfers: only.find() }
    : { isOne: false, transfers: eachOnce(allOf(finders, context.signal)) };
}

interface Finder {
  readonly isOne: boolean;
  find(): AsyncGenerator<Found>;
}

interface NamedFinder extends Finder {
  /** As it was typed. */
  readonly source: string;
}

/** Of several sources, one that is not there does not end the others. */
async function* allOf(finders: readonly NamedFinder[], signal: AbortSignal): AsyncGenerator<Found> {
  for (const finder of finders) {
    try {
      yield* finder.find();
    } catch (error) {
      signal.throwIfAborted();
      yield { type: "unmovable", place: finder.source, problem: describeFailure(error) };
    }
  }
}

/** More targets than this are not remembered, so that what millions of files need is no memory. */
const KNOWN_TARGET_COUNT_MAX = 200_000;

/** Of two that go to one target, the second would take the place of the first: it is refused. */
async function* eachOnce(transfers: AsyncIterable<Found>): AsyncGenerator<Found> {
  const sources = new Map<string, string>();
  for await (const found of transfers) {
    const target = found.type === "unmovable" ? undefined : toOf(found);
    if (found.type === "unmovable" || target === undefined || target === STREAM) {
      yield found;
      continue;
    }
    const first = sources.get(target);
    if (first === undefined && sources.size < KNOWN_TARGET_COUNT_MAX) {
      sources.set(target, fromOf(found));
    }
    yield first === undefined
      ? found
      : { type: "unmovable", place: fromOf(found), problem: `${first} goes to ${target} already` };
  }
}

interface SourceContext extends FindContext {
  readonly isOneOfMany: boolean;
}

async function fromLocal(
  path: string,
  to: string,
  { recursive, isMeant, isOneOfMany }: SourceContext,
): Promise<Finder> {
  if (!isOssUrl(to)) {
    throw new UsageError(`neither "${path}" nor "${to}" is in object storage; write one as oss://BUCKET/KEY`);
  }
  const target = parseOssUrl(to);
  const source = await findLocal(path, { recursive });
  const isMany = source.isMany || isOneOfMany;
  const isFolder = target.key === "" || target.key.endsWith("/");
  if (path === STREAM && isFolder) {
    throw new UsageError(`standard input has no name; write the key: oss://${target.bucket}/KEY`);
  }
  const prefix = isMany && !isFolder ? `${target.key}/` : target.key;
  const keyOf = (name: string) => (isMany || isFolder ? prefix + name : target.key);
  if (!isMany && !isFolder) {
    parseObjectUrl(to);
  }
  const find = async function* (): AsyncGenerator<Found> {
    for await (const found of source.files()) {
      if ("problem" in found) {
        yield { type: "unmovable", ...found };
      } else if (!source.isMany || isMeant(found.name)) {
        const url = { bucket: target.bucket, key: keyOf(found.name) };
        yield isObjectKey(url.key)
          ? { type: "upload", source: found.file, target: url }
          : { type: "unmovable", place: found.file.path, problem: unusableKey(url.key) };
      }
    }
  };
  return { isOne: !source.isMany, find };
}

function unusableKey(key: string): string {
  return `its key would have ${Buffer.byteLength(key)} bytes; a key has 1 to 1,023, and does not begin with "/" or "\\"`;
}

async function fromRemote(from: string, to: string, context: SourceContext): Promise<Finder> {
  const { recursive, signal, isMeant, isOneOfMany } = context;
  const source = parseOssUrl(from);
  const bucket = await context.bucket(source.bucket);
  const glob = recursive ? undefined : keyGlob(source.key);
  if (glob !== undefined && !(await isThere(bucket, source.key, signal))) {
    return fromGlob(bucket, glob, { source, to, signal });
  }
  if (!recursive) {
    parseObjectUrl(from);
    const target = await targetOfOne(source, to, isOneOfMany);
    const find = async function* (): AsyncGenerator<Found> {
      const { sizeBytes, lastModified } = await bucket.headObject(source.key, { signal });
      yield target({ ...source, sizeBytes, modifiedMs: lastModified.getTime() });
    };
    return { isOne: true, find };
  }
  // What is meant is a folder, not every key that happens to begin so.
  const prefix = source.key === "" || source.key.endsWith("/") ? source.key : `${source.key}/`;
  const target = targetOfMany(to);
  const find = async function* (): AsyncGenerator<Found> {
    let isFound = false;
    for await (const object of listObjects(bucket, prefix, signal)) {
      isFound = true;
      if (isMeant(object.name)) {
        yield target({ bucket: source.bucket, ...object }, object);
      }
    }
    if (!isFound) {
      throw new CommandError(`there is nothing under ${formatOssUrl({ ...source, key: prefix })}`);
    }
  };
  return { isOne: false, find };
}

function fromGlob(
  bucket: Bucket,
  { prefix, folder, isMeant }: KeyGlob,
  { source, to, signal }: { readonly source: OssUrl; readonly to: string; readonly signal: AbortSignal },
): Finder {
  const target = targetOfMany(to);
  const find = async function* (): AsyncGenerator<Found> {
    let isFound = false;
    for await (const object of listObjects(bucket, prefix, signal)) {
      if (isMeant(object.key)) {
        isFound = true;
        const name = object.key.slice(folder.length);
        yield target({ bucket: source.bucket, ...object }, { ...object, name });
      }
    }
    if (!isFound) {
      throw new CommandError(`nothing matches ${formatOssUrl(source)}`);
    }
  };
  return { isOne: false, find };
}

async function targetOfOne(
  source: OssUrl,
  to: string,
  isOneOfMany: boolean,
): Promise<(place: ObjectPlace) => Found> {
  if (!isOssUrl(to)) {
    const path = to === STREAM ? STREAM : await downloadTarget(to, source.key);
    return (place) => ({ type: "download", source: place, path });
  }
  const { bucket, key } = parseOssUrl(to);
  const isFolder = key === "" || key.endsWith("/");
  if (isOneOfMany && !isFolder) {
    throw new UsageError(`several objects need a folder to go to; write ${to}/`);
  }
  const target = { bucket, key: isFolder ? key + source.key.slice(source.key.lastIndexOf("/") + 1) : key };
  parseObjectUrl(formatOssUrl(target));
  return (place) => copyOf(place, target);
}

function targetOfMany(to: string): (place: ObjectPlace, object: RemoteObject) => Found {
  if (isOssUrl(to)) {
    const { bucket, key } = parseOssUrl(to);
    const prefix = key === "" || key.endsWith("/") ? key : `${key}/`;
    return (place, { name }) =>
      name === ""
        ? { type: "unmovable", place: formatOssUrl(place), problem: "it stands for the folder itself" }
        : copyOf(place, { bucket, key: prefix + name });
  }
  if (to === STREAM) {
    throw new UsageError("standard output takes one object; leave out -r");
  }
  return (place, { name }) => {
    const file = fileOfKey(to, name, process.platform);
    return "problem" in file
      ? { type: "unmovable", place: formatOssUrl(place), problem: file.problem }
      : { type: "download", source: place, path: join(file.path) };
  };
}

function copyOf(source: ObjectPlace, target: OssUrl): Found {
  return source.bucket === target.bucket && source.key === target.key
    ? { type: "unmovable", place: formatOssUrl(source), problem: "it would be copied onto itself" }
    : { type: "copy", source, target };
}

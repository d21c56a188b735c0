// What has to be done to make one place hold what the other holds: a merge of two listings in the order of their names.

export interface SyncEntry {
  /** With `/` between its parts. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

export type SyncStep<Source extends SyncEntry, Target extends SyncEntry> =
  | { readonly type: "copy"; readonly source: Source; readonly reason: "missing" | "newer" | "size" }
  | { readonly type: "keep"; readonly source: Source; readonly target: Target }
  /** The source has no such name. */
  | { readonly type: "delete"; readonly target: Target };

/** Object storage keeps whole seconds. */
const TIME_STEP_MS = 1000;

/**
 * Two entries are taken for alike when their sizes are and the source is not younger than the target.
 *
 * Both listings are ascending by the bytes of their names in UTF-8, each name once.
 */
export async function* syncSteps<Source extends SyncEntry, Target extends SyncEntry>(
  sources: AsyncIterable<Source>,
  targets: AsyncIterable<Target>,
): AsyncGenerator<SyncStep<Source, Target>> {
  const left = sources[Symbol.asyncIterator]();
  const right = targets[Symbol.asyncIterator]();
  let source = await left.next();
  let target = await right.next();
  while (!source.done || !target.done) {
    const order = source.done ? 1 : target.done ? -1 : compareNames(source.value.name, target.value.name);
    if (order < 0 && !source.done) {
      yield { type: "copy", source: source.value, reason: "missing" };
      source = await left.next();
    } else if (order > 0 && !target.done) {
      yield { type: "delete", target: target.value };
      target = await right.next();
    } else if (!source.done && !target.done) {
      yield compared(source.value, target.value);
      source = await left.next();
      target = await right.next();
    }
  }
}

function compared<Source extends SyncEntry, Target extends SyncEntry>(
  source: Source,
  target: Target,
): SyncStep<Source, Target> {
  if (source.sizeBytes !== target.sizeBytes) {
    return { type: "copy", source, reason: "size" };
  }
  const isNewer = inSteps(source.modifiedMs) > inSteps(target.modifiedMs);
  return isNewer ? { type: "copy", source, reason: "newer" } : { type: "keep", source, target };
}

function inSteps(timeMs: number): number {
  return Math.floor(timeMs / TIME_STEP_MS);
}

/** As object storage sorts keys: by the bytes of UTF-8, which is not JavaScript's own order above U+FFFF. */
export function compareNames(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

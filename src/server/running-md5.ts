// An MD5 that goes on where another request left off: Node's own keeps its state to itself.
import type { IHasher } from "hash-wasm";

export interface RunningMd5 {
  update(bytes: Uint8Array): void;
  /** Base64 of the state, which holds up to 64 of the bytes themselves. For `resumeMd5` and `finishMd5`. */
  save(): string;
}

/** An MD5 over nothing yet. */
export async function startMd5(): Promise<RunningMd5> {
  return runningMd5(await newHasher());
}

/** @returns undefined when there is no state, or it is another version's */
export async function resumeMd5(state: string | undefined): Promise<RunningMd5 | undefined> {
  const hasher = await loadHasher(state);
  return hasher && runningMd5(hasher);
}

/** The digest in lower-case hex. @returns undefined when there is no state, or it is another version's */
export async function finishMd5(state: string | undefined): Promise<string | undefined> {
  return (await loadHasher(state))?.digest("hex");
}

/** Loaded when it is needed: few uploads are sequential. */
async function newHasher(): Promise<IHasher> {
  const { createMD5 } = await import("hash-wasm");
  return (await createMD5()).init();
}

async function loadHasher(state: string | undefined): Promise<IHasher | undefined> {
  if (state === undefined) {
    return undefined;
  }
  const hasher = await newHasher();
  try {
    return hasher.load(Buffer.from(state, "base64"));
  } catch {
    // The object goes without the digest then; nothing else depends on it.
    return undefined;
  }
}

function runningMd5(hasher: IHasher): RunningMd5 {
  return {
    update: (bytes) => void hasher.update(bytes),
    save: () => Buffer.from(hasher.save()).toString("base64"),
  };
}

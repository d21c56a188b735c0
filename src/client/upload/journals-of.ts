// Which journals an upload uses, by its option and what its platform and its source are capable of.

import type { ByteSource } from "./byte-source.ts";
import type { UploadJournals } from "./upload-journal.ts";
import type { UploadOptions } from "./upload-options.ts";

export interface CheckpointWish {
  /** Undefined: nothing is noted. */
  readonly journals: UploadJournals | undefined;
  /** Whether what an earlier run left is looked for. */
  readonly isResuming: boolean;
}

/** @throws {TypeError} if a folder is asked for where there are none, or what is given are no journals */
export function journalsOf(
  checkpoint: UploadOptions["checkpoint"],
  openJournals: ((folder?: string) => UploadJournals) | undefined,
  source: Pick<ByteSource, "identity">,
): CheckpointWish {
  if (checkpoint === false) {
    return { journals: undefined, isResuming: false };
  }
  const isExplicit = checkpoint !== undefined;
  const journals = givenJournals(checkpoint, openJournals);
  // Without an identity nobody can tell tomorrow whether the bytes are the same, but what the service has can be
  // compared with them. Only where it is asked for: what is there may be of an upload of other bytes that still runs.
  return source.identity === undefined
    ? { journals: undefined, isResuming: isExplicit }
    : { journals, isResuming: isExplicit || journals !== undefined };
}

function givenJournals(
  checkpoint: Exclude<UploadOptions["checkpoint"], false>,
  openJournals: ((folder?: string) => UploadJournals) | undefined,
): UploadJournals | undefined {
  if (checkpoint === undefined || checkpoint === true) {
    return openJournals?.();
  }
  if (typeof checkpoint === "string") {
    if (openJournals === undefined) {
      throw new TypeError("checkpoint is a folder, but this platform has none; give true or journals");
    }
    return openJournals(checkpoint);
  }
  if (typeof checkpoint?.open !== "function") {
    throw new TypeError("checkpoint must be true, false, a folder, or journals with a method open");
  }
  return checkpoint;
}

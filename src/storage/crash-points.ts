// Places at which a test may let the process die, by name. A kill from outside hits the long steps and hardly ever the
// short ones between them, and those are where an order of writes shows that it is wrong.
//
// A process is armed by its environment alone: PARTWISE_CRASH_AT=putPart.committed:3 kills it, as kill -9 does, when it
// comes to that place for the third time. With PARTWISE_CRASH_ONCE=FILE it counts from when that file is there, so that
// a test can look at the process first; who dies removes the file, so of several processes one does. With
// PARTWISE_CRASH_GROUP=1 all processes of its group die with it at that moment, as when a machine crashes. Without the first
// variable a crash point is an empty function.
import { existsSync, unlinkSync } from "node:fs";

/** Every place, in the order in which bytes and facts are written. A name ending in `committing` has not happened yet. */
export const CRASH_POINTS = [
  "record.written",
  "record.synced",
  "blob.written",
  "blob.synced",
  "blob.named",
  "putPart.committing",
  "putPart.committed",
  "putObject.committing",
  "putObject.committed",
  "appendObject.committing",
  "appendObject.committed",
  "createUpload.committing",
  "createUpload.committed",
  "completeUpload.committing",
  "completeUpload.committed",
  "abortUpload.committing",
  "abortUpload.committed",
  "deleteObjects.committing",
  "deleteObjects.committed",
  "garbage.deleted",
  "forgetGarbage.committing",
  "forgetGarbage.committed",
  "blobs.copied",
  "moveBlobs.committing",
  "moveBlobs.committed",
  "segment.removed",
  "sweep.deleted",
  "forgetLease.committed",
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Whether this process is to die somewhere; for callers that would have to put a name together. */
export const isCrashArmed: boolean = process.env.PARTWISE_CRASH_AT !== undefined;

/** Ends the process with SIGKILL, if this is where it was told to die. A name that no list has is never such a place. */
export const crashPoint: (point: CrashPoint | `${string}.committing` | `${string}.committed`) => void =
  armedBy(process.env.PARTWISE_CRASH_AT, process.env.PARTWISE_CRASH_ONCE);

/** @throws {RangeError} if `place` is not `NAME` or `NAME:COUNT` with a name of the list */
function armedBy(place: string | undefined, startFile: string | undefined): (point: string) => void {
  if (place === undefined) {
    return () => undefined;
  }
  const [name = "", count = "1"] = place.split(":");
  if (!(CRASH_POINTS as readonly string[]).includes(name) || !/^[1-9][0-9]*$/.test(count)) {
    throw new RangeError(`PARTWISE_CRASH_AT names no place of this program: ${place}`);
  }
  let passesLeft = Number(count);
  // To the system 0 is the group of the process.
  const victim = process.env.PARTWISE_CRASH_GROUP === "1" ? 0 : process.pid;
  return (point) => {
    if (point === name && (startFile === undefined || existsSync(startFile))) {
      passesLeft -= 1;
      if (passesLeft === 0 && (startFile === undefined || isRemoved(startFile))) {
        process.kill(victim, "SIGKILL");
        // The signal may reach another thread first; this one must not take a step more.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      }
    }
  };
}

/** Of processes that do so at the same time one succeeds. */
function isRemoved(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}

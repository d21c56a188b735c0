// How a source will be cut, and why. Pure.
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { LinkMeasurement } from "../flow/link-measurement.ts";
import type { PartFeed } from "./part-feed.ts";
import { cutParts, PART_SIZE_DEFAULT_BYTES, type PlannedPart } from "./part-plan.ts";
import type { Recut } from "./recut.ts";
import type { ChoosePartSize } from "./usual-part-size.ts";

export interface UploadPlan {
  readonly method: "multipart" | "put";
  readonly sizeBytes: number;
  /** Of every part but the last, and those that were cut anew; of an object in one piece its size. */
  readonly partSizeBytes: number;
  /** In order; of an object in one piece that piece. */
  readonly parts: readonly PlannedPart[];
  /** One a line, for people. */
  readonly reasons: readonly string[];
  /** How an earlier run has cut later parts anew, in order; `parts` are so. Left out where it has not. */
  readonly recuts?: readonly Recut[];
  /** Of a source that is cut while it is read: there are only the parts that have come until now. */
  readonly feed?: PartFeed;
}

/** @throws {RangeError} if the size cannot be uploaded */
export function planUpload({
  sizeBytes,
  partSize,
  multipartThreshold = PART_SIZE_DEFAULT_BYTES,
  measured,
  choosePartSize,
}: {
  readonly sizeBytes: number;
  readonly partSize?: number | undefined;
  readonly multipartThreshold?: number | undefined;
  /** What earlier transfers showed about the way to the service. */
  readonly measured?: LinkMeasurement | undefined;
  readonly choosePartSize: ChoosePartSize;
}): UploadPlan {
  const isSmall = sizeBytes === 0 || sizeBytes < multipartThreshold;
  if (isSmall && sizeBytes <= PUT_OBJECT_SIZE_MAX_BYTES) {
    const reason =
      sizeBytes === 0
        ? "in one piece: it is empty"
        : `in one piece: less than the threshold of ${multipartThreshold} bytes`;
    const parts = [{ number: 1, start: 0, end: sizeBytes }];
    return { method: "put", sizeBytes, partSizeBytes: sizeBytes, parts, reasons: [reason] };
  }
  const { partSizeBytes, reasons } = choosePartSize({ sizeBytes, partSizeBytes: partSize, measured });
  const parts = cutParts(sizeBytes, partSizeBytes);
  return { method: "multipart", sizeBytes, partSizeBytes, parts, reasons };
}

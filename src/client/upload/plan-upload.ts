// How a source will be cut, and why. Pure.
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import { fittingPartSize, PART_SIZE_DEFAULT_BYTES, type PlannedPart, planParts } from "./part-plan.ts";

export interface UploadPlan {
  readonly method: "multipart" | "put";
  readonly sizeBytes: number;
  /** Of every part but the last; of an object in one piece its size. */
  readonly partSizeBytes: number;
  /** In order; of an object in one piece that piece. */
  readonly parts: readonly PlannedPart[];
  /** One a line, for people. */
  readonly reasons: readonly string[];
}

/** @throws {RangeError} if the size cannot be uploaded */
export function planUpload({
  sizeBytes,
  partSize,
  multipartThreshold = PART_SIZE_DEFAULT_BYTES,
}: {
  readonly sizeBytes: number;
  readonly partSize?: number | undefined;
  readonly multipartThreshold?: number | undefined;
}): UploadPlan {
  const isSmall = sizeBytes === 0 || sizeBytes < multipartThreshold;
  if (isSmall && sizeBytes <= PUT_OBJECT_SIZE_MAX_BYTES) {
    const reason =
      sizeBytes === 0
        ? "in one piece: it is empty"
        : `in one piece: ${sizeBytes} bytes are fewer than the threshold of ${multipartThreshold}`;
    const parts = [{ number: 1, start: 0, end: sizeBytes }];
    return { method: "put", sizeBytes, partSizeBytes: sizeBytes, parts, reasons: [reason] };
  }
  const wanted = partSize ?? PART_SIZE_DEFAULT_BYTES;
  const partSizeBytes = fittingPartSize({ sizeBytes, partSizeBytes: wanted });
  const why = partSize === undefined ? "the default" : "as asked for";
  const reasons = [
    partSizeBytes === wanted
      ? `parts of ${partSizeBytes} bytes: ${why}`
      : `parts of ${partSizeBytes} bytes: ${why} is ${wanted}, with which the upload would have more than 10,000 parts`,
  ];
  return { ...cutInto(partSizeBytes, sizeBytes), reasons };
}

/** The plan of an upload that goes on: its parts stay as they were cut. */
export function planContinuation(sizeBytes: number, partSizeBytes: number): UploadPlan {
  const reasons = [`parts of ${partSizeBytes} bytes: the upload was begun so`];
  return { ...cutInto(partSizeBytes, sizeBytes), reasons };
}

function cutInto(partSizeBytes: number, sizeBytes: number): Omit<UploadPlan, "reasons"> {
  const parts = planParts({ sizeBytes, partSizeBytes });
  return { method: "multipart", sizeBytes, partSizeBytes, parts };
}

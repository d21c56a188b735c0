// How a source will be cut, and why. Pure.
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { LinkMeasurement } from "../flow/link-measurement.ts";
import { choosePartSize } from "./choose-part-size.ts";
import { PART_SIZE_DEFAULT_BYTES, type PlannedPart, planParts } from "./part-plan.ts";

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
  measured,
}: {
  readonly sizeBytes: number;
  readonly partSize?: number | undefined;
  readonly multipartThreshold?: number | undefined;
  /** What earlier transfers showed about the way to the service. */
  readonly measured?: LinkMeasurement | undefined;
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
  const { partSizeBytes, reasons } = choosePartSize({ sizeBytes, partSizeBytes: partSize, measured });
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

// How long a stream may be when there is no room for large parts.
import { PART_COUNT_MAX } from "../../protocol/limits.ts";
import { ClientError } from "../client-error.ts";

export interface StreamLimitOptions {
  /** Of the stream, for messages. */
  readonly label: string;
  /** All that will come, if that is known. */
  readonly sizeBytes: number | undefined;
  /** In the parts before `partNumber`. */
  readonly cutBytes: number;
  /** Of the part that comes next: from 1, at most PART_COUNT_MAX + 1. */
  readonly partNumber: number;
  /** The largest part for which there is room. */
  readonly partSizeMaxBytes: number;
  /** Where larger ones would have been kept; undefined if there is no such place. */
  readonly spoolLabel: string | undefined;
}

/** @throws {ClientError} `stream-too-long` as soon as it is known that the parts that are left do not suffice */
export function assertStreamFits(options: StreamLimitOptions): void {
  const { label, sizeBytes = 0, cutBytes, partNumber, partSizeMaxBytes, spoolLabel } = options;
  const sizeMaxBytes = cutBytes + (PART_COUNT_MAX + 1 - partNumber) * partSizeMaxBytes;
  if (partNumber <= PART_COUNT_MAX && sizeBytes <= sizeMaxBytes) {
    return;
  }
  const advice =
    spoolLabel === undefined
      ? "give a larger partSize"
      : `parts above ${partSizeMaxBytes} bytes wait for their end in ${spoolLabel}: make room there, or give a larger partSize`;
  throw new ClientError(
    "stream-too-long",
    `${label} is longer than the ${sizeMaxBytes} bytes that ${PART_COUNT_MAX} parts can hold; ${advice}`,
  );
}

// One uploaded part, as CompleteMultipartUpload wants to know it. Named after oss2's class.
import { unquoteEtag } from "../../protocol/etag.ts";
import { isPartNumber } from "../../protocol/fields/part-number.ts";
import { PART_NUMBER_MAX } from "../../protocol/limits.ts";

/** What `completeMultipartUpload` takes: a `PartInfo`, or a plain object of this shape. */
export interface UploadedPart {
  /** 1 … 10,000. */
  readonly partNumber: number;
  /** What `uploadPart` answered. */
  readonly etag: string;
  /** With these two of every part the whole object is checked too. */
  readonly sizeBytes?: number | undefined;
  readonly crc64?: bigint | undefined;
}

export interface PartInfoDetails {
  readonly size?: number | undefined;
  readonly crc64?: bigint | undefined;
}

export class PartInfo implements UploadedPart {
  readonly partNumber: number;
  /** Unquoted. */
  readonly etag: string;
  readonly sizeBytes: number | undefined;
  readonly crc64: bigint | undefined;

  /**
   * @param partNumber  1 … 10,000
   * @param etag        what `uploadPart` answered, quoted or not
   * @param details     `size` in bytes and `crc64` of the part; with both, the whole object is checked too
   * @throws {RangeError} if the number is outside its range
   * @throws {TypeError} if the ETag is no text
   */
  constructor(partNumber: number, etag: string, { size, crc64 }: PartInfoDetails = {}) {
    assertPartNumber(partNumber);
    if (typeof etag !== "string" || etag === "") {
      throw new TypeError(`the ETag of part ${partNumber} must be the text that uploadPart answered`);
    }
    this.partNumber = partNumber;
    this.etag = unquoteEtag(etag);
    this.sizeBytes = size;
    this.crc64 = crc64;
  }
}

/** @throws {RangeError} */
export function assertPartNumber(partNumber: number): void {
  if (!isPartNumber(partNumber)) {
    throw new RangeError(`partNumber must be an integer from 1 to ${PART_NUMBER_MAX}, but is ${partNumber}`);
  }
}

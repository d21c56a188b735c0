// A user's program that needs the wire alone: it compiles without Node's types, as code for a browser does.
import {
  type AnyOperation,
  combineCrc64,
  crc64,
  operations,
  PART_COUNT_MAX,
  type UploadPartInput,
  uploadPart,
} from "partwise/protocol";

const text = new Uint8Array([49, 50, 51, 52, 53, 54, 55, 56, 57]);
const whole: bigint = crc64(text);
const combined: bigint = combineCrc64(crc64(text.subarray(0, 4)), crc64(text.subarray(4)), 5);
if (whole !== 0x995dc9bbdf1939fan || combined !== whole) {
  throw new Error("CRC-64 differs from CRC-64/XZ's published check value");
}
const all: readonly AnyOperation[] = operations;
const names: readonly string[] = all.map(({ name }) => name);
if (!names.includes(uploadPart.name) || PART_COUNT_MAX !== 10_000) {
  throw new Error("the table of operations lacks UploadPart");
}
export type PartNumber = UploadPartInput["partNumber"];

// Part numbers on the wire: whole numbers from 1 to 10,000, refused by the server in the service's own words.
import { invalidArgument } from "../errors/service-error.ts";
import { PART_NUMBER_MAX } from "../limits.ts";

export function isPartNumber(partNumber: number): boolean {
  return Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= PART_NUMBER_MAX;
}

/** @throws {ServiceError} InvalidArgument with EC 0017-00000220 */
export function parsePartNumber(text: string): number {
  const partNumber = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!isPartNumber(partNumber)) {
    throw invalidArgument(
      { name: "PartNumber", value: text },
      `Part number must be an integer between 1 and ${PART_NUMBER_MAX}, inclusive.`,
      "0017-00000220",
    );
  }
  return partNumber;
}

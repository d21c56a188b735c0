// What the four listings of a bucket have in common: which names the store looks at, and what a page says of itself.
import type { BucketListingInput, BucketListingOutput } from "../protocol/fields/bucket-listing.ts";
import { present } from "../protocol/fields/present.ts";

/** What was asked for, with nothing left out. */
export function listedNames({ prefix = "", delimiter = "" }: BucketListingInput): {
  readonly prefix: string;
  readonly delimiter: string;
} {
  return { prefix, delimiter };
}

/** The part of the answer that is the same in every listing. */
export function listingPage(
  input: BucketListingInput,
  { commonPrefixes, isTruncated }: Pick<BucketListingOutput, "commonPrefixes" | "isTruncated">,
): BucketListingOutput {
  const { bucket, encodingType } = input;
  return present({ bucket, ...listedNames(input), encodingType, isTruncated, commonPrefixes });
}

// Hotlink protection: requests that a link on a page can make are served to the pages that a bucket allows. A link carries
// no header, so what is signed in a header, or in the fields of a form, is not asked where it comes from.
// Source: OSS, hotlink protection; the pages of EC 0003-00000501 to 0003-00000503.
import { serviceError } from "../../protocol/errors/known-error.ts";
import type { BucketRecord } from "../../storage/records.ts";
import { configurationOf } from "../bucket-configurations.ts";
import { judgeReferer } from "./judge-referer.ts";

/** What a request says that a link on a page can make: one without a signature, or with one in its URL. */
export interface Link {
  readonly referer: string | undefined;
}

const REFUSAL_ECS = {
  empty: "0003-00000501",
  blacklisted: "0003-00000502",
  "not-whitelisted": "0003-00000503",
} as const;

/** @throws {ServiceError} AccessDenied */
export function assertLinked(bucket: BucketRecord, { referer }: Link): void {
  const configuration = configurationOf(bucket, "referer");
  const verdict = configuration === undefined ? "allowed" : judgeReferer(referer, configuration);
  if (verdict !== "allowed") {
    const message = "You are denied by bucket referer policy.";
    throw serviceError("AccessDenied", { message, ec: REFUSAL_ECS[verdict] });
  }
}

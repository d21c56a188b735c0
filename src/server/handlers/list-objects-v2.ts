// The continuation token is the marker in base64url: opaque to the client, and the same after URL decoding.
import { decodeBase64, encodeBase64 } from "../../protocol/base64.ts";
import { invalidArgument } from "../../protocol/errors/service-error.ts";
import { present } from "../../protocol/fields/present.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../../protocol/limits.ts";
import type { listObjectsV2 } from "../../protocol/operations/list-objects-v2.ts";
import type { Handler } from "../handler.ts";
import { listedNames, listingPage } from "../listing-page.ts";
import { objectSummaryOf } from "../object-summary-of.ts";

export const handleListObjectsV2: Handler<typeof listObjectsV2> = async (input, { store, owner, now }) => {
  const { startAfter, continuationToken, maxKeys = LIST_OBJECTS_PAGE_SIZE_DEFAULT } = input;
  const marker = continuationToken === undefined ? (startAfter ?? "") : markerOf(continuationToken);
  const page = await store.metadata.listObjects(input.bucket, {
    ...listedNames(input),
    startAfter: marker,
    limit: maxKeys,
  });
  const { commonPrefixes, nextMarker } = page;
  const nowMs = now();
  const shownOwner = input.fetchOwner ? owner : undefined;
  return {
    output: present({
      ...listingPage(input, { commonPrefixes, isTruncated: nextMarker !== undefined }),
      startAfter,
      continuationToken,
      nextContinuationToken: nextMarker === undefined ? undefined : tokenOf(nextMarker),
      keyCount: page.objects.length + commonPrefixes.length,
      maxKeys,
      objects: page.objects.map((object) => objectSummaryOf(object, shownOwner, nowMs)),
    }),
  };
};

function tokenOf(marker: string): string {
  return encodeBase64(new TextEncoder().encode(marker))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function markerOf(token: string): string {
  const padded = token.padEnd(Math.ceil(token.length / 4) * 4, "=");
  const bytes = decodeBase64(padded.replaceAll("-", "+").replaceAll("_", "/"));
  if (bytes === undefined) {
    throw invalidArgument(
      { name: "continuation-token", value: token },
      "The continuation token is not valid.",
    );
  }
  return new TextDecoder().decode(bytes);
}

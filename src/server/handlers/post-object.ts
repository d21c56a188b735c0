// An object from a form.
import { percentEncode, percentEncodePath } from "../../protocol/addressing/percent-encoding.ts";
import { contentEtag, quoteEtag } from "../../protocol/etag.ts";
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { PostObjectAnswer, PostObjectInput, postObject } from "../../protocol/operations/post-object.ts";
import type { Handler } from "../handler.ts";
import { attributesOf } from "../object-attributes.ts";
import { publishObject } from "../publish-object.ts";
import { receiveObject } from "../receive-object.ts";
import { requireWritable } from "../require-resources.ts";

export const handlePostObject: Handler<typeof postObject> = async (input, context) => {
  const { bucket, key, objectHeaders, forbidOverwrite = false } = input;
  await requireWritable({ bucket, key, forbidOverwrite }, context);

  const declared = { sizeMaxBytes: PUT_OBJECT_SIZE_MAX_BYTES };
  const received = await receiveObject(context.body, declared, context.store.blobs);
  const etag = contentEtag(received.md5, context.dialect);
  const attributes = attributesOf(objectHeaders);
  await publishObject({ bucket, key, etag, attributes, forbidOverwrite }, received, context);

  const answer = answerTo(input, { etag, bucketUrl: context.bucketUrl });
  return { output: { etag, crc64: received.crc64, ...answer } };
};

function answerTo(
  { bucket, key, successActionRedirect, successActionStatus = 204 }: PostObjectInput,
  { etag, bucketUrl }: { readonly etag: string; readonly bucketUrl: string },
): PostObjectAnswer {
  if (successActionRedirect !== undefined) {
    const query = Object.entries({ bucket, key, etag: quoteEtag(etag) })
      .map(([name, value]) => `${name}=${percentEncode(value)}`)
      .join("&");
    return { status: 303, location: withQuery(successActionRedirect, query) };
  }
  if (successActionStatus === 201) {
    return { status: 201, bucket, key, location: `${bucketUrl}/${percentEncodePath(key)}` };
  }
  return { status: successActionStatus };
}

/** Before the fragment, and behind a query that is there already. */
function withQuery(url: string, query: string): string {
  const [base = "", ...fragment] = url.split("#");
  const joint = base.includes("?") ? "&" : "?";
  return [`${base}${joint}${query}`, ...fragment].join("#");
}

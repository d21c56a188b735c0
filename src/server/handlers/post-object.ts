// An object from a form.
import { percentEncode, percentEncodePath } from "../../protocol/addressing/percent-encoding.ts";
import { contentEtag, quoteEtag } from "../../protocol/etag.ts";
import { present } from "../../protocol/fields/present.ts";
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import {
  type PostObjectAnswer,
  type PostObjectInput,
  type PostObjectOutput,
  postObject,
} from "../../protocol/operations/post-object.ts";
import { callBack } from "../callback/call-back.ts";
import { type Callback, parseCallback } from "../callback/parse-callback.ts";
import type { Handler } from "../handler.ts";
import { limitRate } from "../limit-rate.ts";
import { attributesOf, encryptionOutput } from "../object-attributes.ts";
import { shownVersionId } from "../object-version.ts";
import { publishObject } from "../publish-object.ts";
import { receiveObject } from "../receive-object.ts";
import { requireWritable } from "../require-resources.ts";

export const handlePostObject: Handler<typeof postObject> = async (input, context) => {
  const { bucket, key, trafficLimit, forbidOverwrite = false } = input;
  const { store, dialect, body, rateClock, signal, bucketUrl } = context;
  const bucketRecord = await requireWritable({ bucket, key, forbidOverwrite }, context);
  const attributes = attributesOf(input, bucketRecord, context);
  const callback = callbackOf(input);

  const chunks = limitRate(body.chunks, { bitsPerSecond: trafficLimit, clock: rateClock, signal });
  const declared = { sizeMaxBytes: PUT_OBJECT_SIZE_MAX_BYTES };
  const received = await receiveObject({ sizeBytes: body.sizeBytes, chunks }, declared, store.blobs);
  const etag = contentEtag(received.md5, dialect);
  const object = await publishObject({ bucket, key, etag, attributes, forbidOverwrite }, received, context);

  const stored = present({
    ...{ etag, crc64: received.crc64, ...encryptionOutput(attributes) },
    versionId: shownVersionId(object, bucketRecord),
  });
  const output: PostObjectOutput = { ...stored, ...answerTo(input, { etag, bucketUrl }) };
  const { headers } = postObject.encodeResponse({ ...stored, status: 200 }, dialect);
  const { callbackBody } = await callBack(
    callback,
    { operation: postObject.name, object },
    { headers, context },
  );
  return { output: callbackBody === undefined ? output : { ...stored, status: 200, callbackBody } };
};

/** What a PUT says in `callback-var` is in a form's own fields. */
function callbackOf({ callback, callbackVariables = {} }: PostObjectInput): Callback | undefined {
  const parsed = callback === undefined ? undefined : parseCallback({ callback });
  return parsed && { ...parsed, variables: new Map(Object.entries(callbackVariables)) };
}

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

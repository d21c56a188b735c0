// PostObject: stores an object that a page's form sends. What a PUT says in headers stands in the form's fields.
// Source: OSS API, PostObject.

import { serviceError } from "../errors/known-error.ts";
import { invalidArgument } from "../errors/service-error.ts";
import { quoteEtag, unquoteEtag } from "../etag.ts";
import { decodeObjectAcl, encodeObjectAcl, type ObjectAcl } from "../fields/access-control.ts";
import { requiredDocument, requiredHeader, requiredText } from "../fields/answer.ts";
import { callbackAnswer, isCallbackAnswer } from "../fields/callback.ts";
import { parseCrc64 } from "../fields/crc64-text.ts";
import { decodeForbidOverwrite, encodeForbidOverwrite } from "../fields/forbid-overwrite.ts";
import {
  decodeRequestedObjectHeaders,
  encodeObjectHeaders,
  type ObjectHeaders,
} from "../fields/object-headers.ts";
import { POSTED_CONTENT_TYPE_FIELD, postedHeaders, postedKey } from "../fields/posted-object.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { decodeServerSideEncryption, encodeServerSideEncryption } from "../fields/server-side-encryption.ts";
import { decodeTaggingHeader, encodeTaggingHeader, type Tags } from "../fields/tagging.ts";
import { decodeTrafficLimit, encodeTrafficLimit } from "../fields/traffic-limit.ts";
import { XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { Form, Headers, RequestMessage, ResponseMessage } from "../http-message.ts";
import { assertObjectKey } from "../names.ts";
import type { Operation } from "../operation.ts";
import { requiredField } from "../signing/form-authentication.ts";
import { writeXml } from "../xml/write-xml.ts";
import { element } from "../xml/xml-element.ts";

export interface PostObjectInput {
  readonly bucket: string;
  /** With the file's name where the form has `${filename}`. */
  readonly key: string;
  readonly objectHeaders?: ObjectHeaders;
  readonly objectAcl?: ObjectAcl;
  readonly tags?: Tags;
  /** Refuses with FileAlreadyExists when the object is there. */
  readonly forbidOverwrite?: boolean;
  /** Where the browser goes afterwards: an absolute URL of http or https. */
  readonly successActionRedirect?: string;
  /** Default 204. A redirect goes before it. */
  readonly successActionStatus?: 200 | 201 | 204;
  /** Base64 of a JSON document: whom the service tells of the object, and what. */
  readonly callback?: string;
  /** Values for the `${x:…}` of the callback's body: the fields whose names begin with `x:`, in lower case. */
  readonly callbackVariables?: Readonly<Record<string, string>>;
  /** Bits per second, 245,760 … 838,860,800: how fast the body may come. */
  readonly trafficLimit?: number;
}

interface StoredObject {
  /** MD5 of the object in hex, unquoted. */
  readonly etag: string;
  /** CRC-64/XZ of the object. Undefined from a service that sends none. */
  readonly crc64?: bigint;
  readonly versionId?: string;
  /** How the service encrypts the bytes; absent where nobody asked it to. */
  readonly serverSideEncryption?: string;
}

export type PostObjectOutput = StoredObject & PostObjectAnswer;

/** As the form asked: nothing but a status, a document, or a redirect. */
export type PostObjectAnswer =
  /** What the callback answered: JSON, in place of all else. */
  | { readonly status: 200; readonly callbackBody: string }
  | { readonly status: 200 | 204 }
  /** `location` is the URL of the object. */
  | { readonly status: 201; readonly bucket: string; readonly key: string; readonly location: string }
  | { readonly status: 303; readonly location: string };

const REDIRECT_FIELD = "success_action_redirect";
const STATUS_FIELD = "success_action_status";

export const postObject: Operation<PostObjectInput, PostObjectOutput> = {
  name: "PostObject",
  method: "POST",
  level: "bucket",
  marks: { query: [] },
  permission: "oss:PutObject",
  requestBody: "form",
  responseBody: "text",
  isIdempotent: true,

  encodeRequest(input, dialect) {
    const { bucket, key, objectHeaders, objectAcl, tags, forbidOverwrite } = input;
    const { "content-type": contentType, ...headers } = encodeObjectHeaders(objectHeaders, dialect);
    const fields = presentHeaders({
      key,
      ...headers,
      [POSTED_CONTENT_TYPE_FIELD]: contentType,
      ...encodeObjectAcl(objectAcl, dialect),
      ...encodeTaggingHeader(tags, dialect),
      ...encodeForbidOverwrite(forbidOverwrite, dialect),
      ...encodeTrafficLimit(input.trafficLimit, dialect),
      [REDIRECT_FIELD]: input.successActionRedirect,
      [STATUS_FIELD]: input.successActionStatus?.toString(),
      callback: input.callback,
      ...input.callbackVariables,
    });
    const form = { fields: Object.entries(fields), file: {} };
    return { method: "POST", resource: { bucket }, query: [], headers: {}, form };
  },

  decodeRequest(request, dialect) {
    const form = requiredForm(request);
    const headers = postedHeaders(form);
    return present({
      bucket: requiredBucket(request),
      key: requiredKey(form),
      objectHeaders: decodeRequestedObjectHeaders(headers, dialect),
      objectAcl: decodeObjectAcl(headers, dialect),
      tags: decodeTaggingHeader(headers, dialect),
      forbidOverwrite: decodeForbidOverwrite(headers, dialect),
      successActionRedirect: parseRedirect(headers[REDIRECT_FIELD]),
      successActionStatus: parseStatus(headers[STATUS_FIELD]),
      callback: headers.callback,
      callbackVariables: callbackVariablesOf(headers),
      trafficLimit: decodeTrafficLimit({ headers, query: [] }, dialect),
    });
  },

  encodeResponse(output, dialect) {
    const headers = {
      ...presentHeaders({
        etag: quoteEtag(output.etag),
        [dialect.crc64Header]: output.crc64?.toString(),
        [`${dialect.headerPrefix}version-id`]: output.versionId,
      }),
      ...encodeServerSideEncryption(output.serverSideEncryption, dialect),
    };
    if ("callbackBody" in output) {
      return callbackAnswer(output.callbackBody, headers);
    }
    if (output.status === 201) {
      return {
        status: 201,
        headers: { ...headers, "content-type": XML_CONTENT_TYPE },
        text: writeXml(
          element("PostResponse", [
            element("Bucket", output.bucket),
            element("ETag", quoteEtag(output.etag)),
            element("Key", output.key),
            element("Location", output.location),
          ]),
        ),
      };
    }
    return {
      status: output.status,
      headers: output.status === 303 ? { ...headers, location: output.location } : headers,
    };
  },

  decodeResponse(response, dialect) {
    return present({
      etag: unquoteEtag(requiredHeader(response, "etag")),
      crc64: parseCrc64(response.headers[dialect.crc64Header]),
      versionId: response.headers[`${dialect.headerPrefix}version-id`],
      serverSideEncryption: decodeServerSideEncryption(response.headers, dialect),
      ...answerOf(response),
    });
  },
};

/** @throws {ServiceError} RequestIsNotMultiPartContent */
function requiredForm({ form }: RequestMessage): Form {
  if (form === undefined) {
    throw serviceError("RequestIsNotMultiPartContent");
  }
  return form;
}

/** @throws {ServiceError} InvalidArgument, InvalidObjectName */
function requiredKey(form: Form): string {
  requiredField(form, "key");
  const key = postedKey(form) ?? "";
  assertObjectKey(key);
  return key;
}

/** A scheme that runs in the page, or a line end in a header, would be the sender's script on the owner's domain. */
function parseRedirect(url: string | undefined): string | undefined {
  if (!url) {
    return undefined;
  }
  if (!/^https?:\/\/[^\s\p{Cc}]+$/iu.test(url)) {
    throw invalidArgument({ name: REDIRECT_FIELD, value: url });
  }
  return url;
}

/** Any other value is as none. */
function parseStatus(text: string | undefined): 200 | 201 | 204 | undefined {
  return ([200, 201, 204] as const).find((status) => String(status) === text);
}

function callbackVariablesOf(headers: Headers): Readonly<Record<string, string>> | undefined {
  const variables = Object.entries(headers).filter(([name]) => name.startsWith("x:"));
  return variables.length === 0 ? undefined : Object.fromEntries(variables);
}

function answerOf(response: ResponseMessage): PostObjectAnswer {
  if (isCallbackAnswer(response.headers)) {
    return { status: 200, callbackBody: response.text ?? "" };
  }
  switch (response.status) {
    case 201: {
      const root = requiredDocument(response, "PostResponse");
      return {
        status: 201,
        bucket: requiredText(root, "Bucket"),
        key: requiredText(root, "Key"),
        location: requiredText(root, "Location"),
      };
    }
    case 303:
      return { status: 303, location: requiredHeader(response, "location") };
    default:
      return { status: response.status === 200 ? 200 : 204 };
  }
}

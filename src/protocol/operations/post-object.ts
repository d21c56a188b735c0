// PostObject: stores an object that a page's form sends. What a PUT says in headers stands in the form's fields.
// Source: OSS API, PostObject.

import type { Dialect } from "../dialects/dialect.ts";
import { invalidArgument, ServiceError } from "../errors/service-error.ts";
import { quoteEtag, unquoteEtag } from "../etag.ts";
import { parseObjectAcl } from "../fields/access-control.ts";
import { requiredDocument, requiredHeader, requiredText } from "../fields/answer.ts";
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
import { XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { Form, RequestMessage, ResponseMessage } from "../http-message.ts";
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
  /** default, private, public-read or public-read-write. */
  readonly objectAcl?: string;
  /** Refuses with FileAlreadyExists when the object is there. */
  readonly forbidOverwrite?: boolean;
  /** Where the browser goes afterwards: an absolute URL of http or https. */
  readonly successActionRedirect?: string;
  /** Default 204. A redirect goes before it. */
  readonly successActionStatus?: 200 | 201 | 204;
}

interface StoredObject {
  /** MD5 of the object in hex, unquoted. */
  readonly etag: string;
  /** CRC-64/XZ of the object. Undefined from a service that sends none. */
  readonly crc64?: bigint;
  readonly versionId?: string;
}

export type PostObjectOutput = StoredObject & PostObjectAnswer;

/** As the form asked: nothing but a status, a document, or a redirect. */
export type PostObjectAnswer =
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
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest(input, dialect) {
    const { bucket, key, objectHeaders, objectAcl, forbidOverwrite } = input;
    const { "content-type": contentType, ...headers } = encodeObjectHeaders(objectHeaders, dialect);
    const fields = presentHeaders({
      key,
      ...headers,
      [POSTED_CONTENT_TYPE_FIELD]: contentType,
      [aclField(dialect)]: objectAcl,
      ...encodeForbidOverwrite(forbidOverwrite, dialect),
      [REDIRECT_FIELD]: input.successActionRedirect,
      [STATUS_FIELD]: input.successActionStatus?.toString(),
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
      objectAcl: parseObjectAcl(aclField(dialect), headers[aclField(dialect)]),
      forbidOverwrite: decodeForbidOverwrite(headers, dialect),
      successActionRedirect: parseRedirect(headers[REDIRECT_FIELD]),
      successActionStatus: parseStatus(headers[STATUS_FIELD]),
    });
  },

  encodeResponse(output, dialect) {
    const headers = presentHeaders({
      etag: quoteEtag(output.etag),
      [dialect.crc64Header]: output.crc64?.toString(),
      [`${dialect.headerPrefix}version-id`]: output.versionId,
    });
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
      ...answerOf(response),
    });
  },
};

/** @throws {ServiceError} RequestIsNotMultiPartContent */
function requiredForm({ form }: RequestMessage): Form {
  if (form === undefined) {
    throw new ServiceError("RequestIsNotMultiPartContent");
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

function answerOf(response: ResponseMessage): PostObjectAnswer {
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

function aclField(dialect: Dialect): string {
  return `${dialect.headerPrefix}object-acl`;
}

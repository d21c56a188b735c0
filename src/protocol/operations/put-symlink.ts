// PutSymlink: an object that stands for another one of its bucket. Nobody looks whether the other one exists.
// Source: OSS API, PutSymlink.
import { quoteEtag, unquoteEtag } from "../etag.ts";
import { decodeObjectAcl, encodeObjectAcl, type ObjectAcl } from "../fields/access-control.ts";
import { requiredHeader } from "../fields/answer.ts";
import { decodeForbidOverwrite, encodeForbidOverwrite } from "../fields/forbid-overwrite.ts";
import {
  decodeRequestedObjectHeaders,
  encodeObjectHeaders,
  type ObjectHeaders,
} from "../fields/object-headers.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { encodeSymlinkTarget, requiredSymlinkTarget } from "../fields/symlink-target.ts";
import { decodeTaggingHeader, encodeTaggingHeader, type Tags } from "../fields/tagging.ts";
import type { Operation } from "../operation.ts";

export interface PutSymlinkInput {
  readonly bucket: string;
  readonly key: string;
  /** A key of the same bucket. */
  readonly target: string;
  readonly objectHeaders?: ObjectHeaders;
  readonly objectAcl?: ObjectAcl;
  readonly tags?: Tags;
  /** Refuses with FileAlreadyExists when the object is there. */
  readonly forbidOverwrite?: boolean;
}

export interface PutSymlinkOutput {
  /** Of the link, unquoted. */
  readonly etag: string;
  readonly versionId?: string;
}

export const putSymlink: Operation<PutSymlinkInput, PutSymlinkOutput> = {
  name: "PutSymlink",
  method: "PUT",
  level: "object",
  marks: { query: ["symlink"] },
  permission: "oss:PutObject",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, target, objectHeaders, objectAcl, tags, forbidOverwrite }, dialect) {
    return {
      method: "PUT",
      resource: { bucket, key },
      query: queryPairs({ symlink: true }),
      headers: {
        ...encodeObjectHeaders(objectHeaders, dialect),
        ...encodeSymlinkTarget(target, dialect),
        ...encodeObjectAcl(objectAcl, dialect),
        ...encodeTaggingHeader(tags, dialect),
        ...encodeForbidOverwrite(forbidOverwrite, dialect),
      },
    };
  },

  decodeRequest(request, dialect) {
    return present({
      ...requiredObject(request),
      target: requiredSymlinkTarget(request.headers, dialect),
      objectHeaders: decodeRequestedObjectHeaders(request.headers, dialect),
      objectAcl: decodeObjectAcl(request.headers, dialect),
      tags: decodeTaggingHeader(request.headers, dialect),
      forbidOverwrite: decodeForbidOverwrite(request.headers, dialect),
    });
  },

  encodeResponse({ etag, versionId }, dialect) {
    return {
      status: 200,
      headers: presentHeaders({
        etag: quoteEtag(etag),
        [`${dialect.headerPrefix}version-id`]: versionId,
      }),
    };
  },

  decodeResponse(response, dialect) {
    return present({
      etag: unquoteEtag(requiredHeader(response, "etag")),
      versionId: response.headers[`${dialect.headerPrefix}version-id`],
    });
  },
};

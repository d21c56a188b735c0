// RestoreObject: makes an archived object readable for some days.
// Source: OSS API, RestoreObject; the EC pages 0016-00000703 and 0016-00000704.
import { invalidArgument } from "../errors/service-error.ts";
import { parseCount } from "../fields/count-text.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { decodeVersionOnly, encodeVersionOnly, type VersionOnly } from "../fields/version-only.ts";
import { requestDocument } from "../fields/xml-message.ts";
import { queryValue, type RequestMessage } from "../http-message.ts";
import { RESTORE_DAYS_MAX } from "../limits.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";
import { childNamed, childText, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";

/** How soon a service begins. */
export type RestoreTier = "Bulk" | "Expedited" | "Standard";

export interface RestoreObjectInput {
  readonly bucket: string;
  readonly key: string;
  /** How long the object shall stay readable: 1 to 365. */
  readonly days?: number;
  readonly tier?: RestoreTier;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export interface RestoreObjectOutput extends VersionOnly {
  /** Whether the object was readable before, so that only its time is prolonged. */
  readonly wasRestored: boolean;
}

const TIERS: readonly string[] = ["Bulk", "Expedited", "Standard"] satisfies RestoreTier[];

export const restoreObject: Operation<RestoreObjectInput, RestoreObjectOutput> = {
  name: "RestoreObject",
  method: "POST",
  level: "object",
  marks: { query: ["restore"] },
  permission: "oss:RestoreObject",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, days, tier, versionId }) {
    const isPlain = days === undefined && tier === undefined;
    return {
      method: "POST",
      resource: { bucket, key },
      query: queryPairs({ restore: true, versionId }),
      headers: {},
      ...(isPlain ? {} : { text: writeXml(restoreRequest(days, tier)) }),
    };
  },

  decodeRequest(request) {
    return present({
      ...requiredObject(request),
      ...decodeRestoreRequest(request),
      versionId: queryValue(request.query, "versionId"),
    });
  },

  encodeResponse({ wasRestored, ...version }, dialect) {
    return { status: wasRestored ? 200 : 202, headers: encodeVersionOnly(version, dialect) };
  },

  decodeResponse(response, dialect) {
    return { wasRestored: response.status === 200, ...decodeVersionOnly(response, dialect) };
  },
};

function restoreRequest(days: number | undefined, tier: RestoreTier | undefined): XmlElement {
  return element("RestoreRequest", [
    optionalElement("Days", days),
    optionalElement("JobParameters", tier && [element("Tier", tier)]),
  ]);
}

function decodeRestoreRequest(request: RequestMessage): Pick<RestoreObjectInput, "days" | "tier"> {
  if ((request.text ?? "") === "") {
    return {};
  }
  const root = requestDocument(request, "RestoreRequest");
  const parameters = childNamed(root, "JobParameters");
  return present({
    days: parseDays(childText(root, "Days")),
    tier: parseTier(parameters && childText(parameters, "Tier")),
  });
}

function parseDays(text: string | undefined): number | undefined {
  const days = parseCount(text);
  if (text !== undefined && (days === undefined || days < 1 || days > RESTORE_DAYS_MAX)) {
    throw invalidArgument({ name: "Days", value: text }, undefined, "0016-00000704");
  }
  return days;
}

function parseTier(text: string | undefined): RestoreTier | undefined {
  if (text !== undefined && !TIERS.includes(text)) {
    throw invalidArgument({ name: "Tier", value: text }, undefined, "0016-00000703");
  }
  return text as RestoreTier | undefined;
}

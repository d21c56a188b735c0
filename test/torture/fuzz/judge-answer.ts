// What an answer must be, whatever was asked: a status below 500, one that OSS documents for its code, a request id, an
// error as a document, and to whoever is not entitled nothing at all.
import { parseXml, type XmlElement } from "@rgrove/parse-xml";
import { errorDefinitions } from "../../../src/protocol/errors/error-table.ts";
import type { RawAnswer } from "./answer-reader.ts";
import type { Trust } from "./fuzz-case.ts";

/** What anybody may be told before it is known who asks: nothing of it depends on what is stored. */
const CODES_FOR_ANYBODY: ReadonlySet<string> = new Set([
  "AccessDenied",
  "BadRequest",
  "IncompleteBody",
  "InvalidAccessKeyId",
  "InvalidArgument",
  "InvalidBucketName",
  "InvalidObjectName",
  "InvalidRequest",
  "InvalidSecurityToken",
  "MethodNotAllowed",
  "NotImplemented",
  "RequestTimeTooSkewed",
  "RequestTimeout",
  "SignatureDoesNotMatch",
]);

const REQUEST_ID = /^[0-9A-F]{24}$/;
const NOT_ENTITLED_STATUSES = [400, 403, 405];
const FORGED_STATUSES = [400, 403];
const SIGNATURE_REFUSED = ["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"];

/** The error's code, "" for success. */
export interface Judgement {
  readonly code: string;
  /** What is wrong with the answer; empty when nothing is. */
  readonly complaints: readonly string[];
}

export function judgeAnswer(answer: RawAnswer, trust: Trust): Judgement {
  const { status, headers } = answer;
  const complaints: string[] = [];
  const requestId = headers.get("x-oss-request-id") ?? "";
  if (!REQUEST_ID.test(requestId)) {
    complaints.push(`the request id is ${JSON.stringify(requestId)}`);
  }
  if (status >= 500 || status < 200) {
    complaints.push(`the status is ${status}`);
  }
  const isError = status >= 400 || status === 203;
  const code = isError ? judgeDocument(answer, requestId, complaints) : "";
  complaints.push(...judgeTrust(status, code, trust));
  return { code, complaints };
}

function judgeTrust(status: number, code: string, trust: Trust): readonly string[] {
  switch (trust) {
    case "signed":
      return [];
    case "signed-loosely":
      return SIGNATURE_REFUSED.includes(code) ? [`a valid signature was refused: ${code}`] : [];
    case "forged":
      return FORGED_STATUSES.includes(status) && CODES_FOR_ANYBODY.has(code)
        ? []
        : [`a forged request was answered with ${status} ${code}`];
    case "unsigned":
      return NOT_ENTITLED_STATUSES.includes(status) && CODES_FOR_ANYBODY.has(code)
        ? []
        : [`a request without a signature was answered with ${status} ${code}`];
  }
}

function judgeDocument(
  { status, headers, body }: RawAnswer,
  requestId: string,
  complaints: string[],
): string {
  const inHeader = headers.get("x-oss-err");
  const bytes = inHeader === undefined ? body : Buffer.from(inHeader, "base64");
  let root: XmlElement | null;
  try {
    root = parseXml(new TextDecoder("utf-8", { fatal: true }).decode(bytes)).root;
  } catch (failure) {
    complaints.push(`the error is no document: ${(failure as Error).message}`);
    return "";
  }
  const texts = new Map(
    root?.children.map((child) => [(child as XmlElement).name, (child as XmlElement).text]),
  );
  for (const name of ["Code", "Message", "RequestId", "HostId"]) {
    if (!texts.has(name)) {
      complaints.push(`the error lacks ${name}`);
    }
  }
  if (texts.get("RequestId") !== requestId) {
    complaints.push(`the document's request id is ${texts.get("RequestId")}, the header's ${requestId}`);
  }
  const code = texts.get("Code") ?? "";
  const documented = errorDefinitions.get(code)?.status;
  if (documented !== status) {
    complaints.push(`${code} has the status ${status}, documented is ${documented}`);
  }
  if (inHeader === undefined && headers.get("content-type") !== "application/xml") {
    complaints.push(`the error's type is ${headers.get("content-type")}`);
  }
  return code;
}

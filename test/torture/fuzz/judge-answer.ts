// What an answer must be, whatever was asked: a status below 500, one that OSS documents for its code, a request id, an
// error as a document, and to whoever is not entitled nothing at all.
import { parseXml, type XmlElement } from "@rgrove/parse-xml";
import { errorDefinitions } from "../../../src/protocol/errors/error-table.ts";
import type { RawAnswer } from "./answer-reader.ts";
import type { FuzzCase } from "./fuzz-case.ts";

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

/** A form says who sends it in its body, and its shape is looked at before that. */
const CODES_FOR_FORMS: ReadonlySet<string> = new Set([
  "EntityTooLarge",
  "FieldItemTooLong",
  "IncorrectNumberOfFilesInPOSTRequest",
  "InvalidPolicyDocument",
  "MalformedPOSTRequest",
  "MissingContentLength",
  "RequestIsNotMultiPartContent",
]);

/** A browser's preflight is never signed. */
const CODES_FOR_PREFLIGHTS: ReadonlySet<string> = new Set(["AccessForbidden", "BadRequest"]);

/** Which buckets there are is no secret, with OSS neither: their names are names of hosts. */
const BUCKET_UNKNOWN = "NoSuchBucket";

const REQUEST_ID = /^[0-9A-F]{24}$/;
const NOT_ENTITLED_STATUSES = [400, 403, 405, 411];
const SIGNATURE_REFUSED = ["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"];

/** Hotlink protection, which the bucket's owner may have set: a URL's signature may be right, and its page not allowed. */
const PAGE_REFUSED_EC = /^0003-0000050[123]$/;
/** A block of public access, which the owner may have set too: to make something public is refused to everybody. */
const MADE_PUBLIC_MESSAGE = /^Put public [a-z ]+ is not allowed$/;

export type JudgedRequest = Pick<FuzzCase, "history" | "method" | "trust">;

/** The error's code, "" for success. */
export interface Judgement {
  readonly code: string;
  /** What is wrong with the answer; empty when nothing is. */
  readonly complaints: readonly string[];
}

export function judgeAnswer(answer: RawAnswer, { trust, method, history }: JudgedRequest): Judgement {
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
  const { code, message } = isError
    ? judgeDocument(answer, requestId, complaints)
    : { code: "", message: "" };
  const isRefusedByBucket =
    PAGE_REFUSED_EC.test(headers.get("x-oss-ec") ?? "") || MADE_PUBLIC_MESSAGE.test(message);
  if (trust === "signed-loosely" && SIGNATURE_REFUSED.includes(code) && !isRefusedByBucket) {
    complaints.push(`a valid signature was refused: ${code}`);
  }
  if ((trust === "forged" || trust === "unsigned") && !mayBeTold({ status, code, method, history })) {
    complaints.push(`a request that was ${trust} was answered with ${status} ${code}`);
  }
  return { code, complaints };
}

function mayBeTold({
  status,
  code,
  method,
  history,
}: Omit<JudgedRequest, "trust"> & { readonly status: number; readonly code: string }): boolean {
  if (code === BUCKET_UNKNOWN || (method === "OPTIONS" && CODES_FOR_PREFLIGHTS.has(code))) {
    return true;
  }
  const isForm = history[0] === "PostObject";
  return (
    NOT_ENTITLED_STATUSES.includes(status) &&
    (CODES_FOR_ANYBODY.has(code) || (isForm && CODES_FOR_FORMS.has(code)))
  );
}

function judgeDocument(
  { status, headers, body }: RawAnswer,
  requestId: string,
  complaints: string[],
): { code: string; message: string } {
  const inHeader = headers.get("x-oss-err");
  const bytes = inHeader === undefined ? body : Buffer.from(inHeader, "base64");
  let root: XmlElement | null;
  try {
    root = parseXml(new TextDecoder("utf-8", { fatal: true }).decode(bytes)).root;
  } catch (failure) {
    complaints.push(`the error is no document: ${(failure as Error).message}`);
    return { code: "", message: "" };
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
  return { code, message: texts.get("Message") ?? "" };
}

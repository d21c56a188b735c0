// encoding-type=url: keys, prefixes, markers and delimiters of a listing go percent-encoded, because XML 1.0 cannot
// hold every character that a key can. Blank is %20 and plus is %2B: oss2 decodes with unquote, Go with QueryUnescape,
// and only strict percent-encoding satisfies both.

import { percentDecode, percentEncode } from "../addressing/percent-encoding.ts";
import { invalidArgument, ServiceError } from "../errors/service-error.ts";
import { type Query, queryValue } from "../http-message.ts";

export type EncodingType = "url";

/** @throws {ServiceError} InvalidArgument for any value but `url` */
export function parseEncodingType(query: Query): EncodingType | undefined {
  const text = queryValue(query, "encoding-type");
  if (text === undefined || text === "") {
    return undefined;
  }
  if (text !== "url") {
    throw invalidArgument(
      { name: "encoding-type", value: text },
      "Invalid Encoding Method specified in Request.",
    );
  }
  return "url";
}

export function encodeName(name: string, encodingType: EncodingType | undefined): string {
  return encodingType === "url" ? percentEncode(name) : name;
}

/** @throws {ServiceError} when the answer's encoding is broken */
export function decodeName(text: string, encodingType: EncodingType | undefined): string {
  if (encodingType !== "url") {
    return text;
  }
  const name = percentDecode(text);
  if (name === undefined) {
    throw new ServiceError("InternalError", {
      status: 500,
      message: `the answer's "${text}" is not percent-encoded UTF-8`,
    });
  }
  return name;
}

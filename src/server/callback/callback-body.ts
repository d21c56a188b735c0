// The body of a callback: the client's template with what the server knows put into it.
// Source: OSS API, Callback.
import { percentEncode } from "../../protocol/addressing/percent-encoding.ts";
import type { Callback } from "./parse-callback.ts";

/** What the server knows of the object that was just stored. */
export interface CallbackFacts {
  readonly bucket: string;
  readonly key: string;
  /** Unquoted. */
  readonly etag: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly crc64: bigint;
  /** Base64. Absent for an object of parts that came in any order. */
  readonly contentMd5?: string;
  readonly clientAddress: string;
  readonly requestId: string;
  /** Such as `PutObject`. */
  readonly operation: string;
}

/** `${name}`; in JSON also what tells where a string begins and ends. */
const PLACEHOLDER = /\$\{([^{}]*)\}/g;
const JSON_TOKEN = /\$\{([^{}]*)\}|\\[\s\S]|"/g;

/** A name that means nothing gives an empty text, as does an image's size: this server looks into no image. */
export function callbackBody(
  { bodyTemplate, bodyType, variables }: Pick<Callback, "bodyTemplate" | "bodyType" | "variables">,
  facts: CallbackFacts,
): string {
  const values = valuesOf(facts);
  const valueNamed = (name: string) => {
    const value = variables.get(name) ?? values.get(name) ?? "";
    // JSON can write half a character; nothing that is sent can.
    return typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\uFFFD") : value;
  };
  return bodyType === "application/json"
    ? fillJson(bodyTemplate, valueNamed)
    : fillForm(bodyTemplate, valueNamed);
}

type Value = number | string;

function valuesOf(facts: CallbackFacts): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ["bucket", facts.bucket],
    ["object", facts.key],
    ["etag", facts.etag],
    ["size", facts.sizeBytes],
    ["mimeType", facts.contentType],
    // Text, because a number of 64 bits does not survive every JSON parser.
    ["crc64", String(facts.crc64)],
    ["contentMd5", facts.contentMd5 ?? ""],
    ["clientIp", facts.clientAddress],
    ["reqId", facts.requestId],
    ["operation", facts.operation],
  ]);
}

function fillForm(template: string, valueNamed: (name: string) => Value): string {
  return template.replace(PLACEHOLDER, (_text, name: string) => percentEncode(String(valueNamed(name))));
}

/** `{"object":${object}}`, as OSS documents it, gets quotes; `{"object":"${object}"}`, as many write it, has them. */
function fillJson(template: string, valueNamed: (name: string) => Value): string {
  let isInString = false;
  return template.replace(JSON_TOKEN, (token, name: string | undefined) => {
    if (name === undefined) {
      isInString = token === '"' ? !isInString : isInString;
      return token;
    }
    const value = valueNamed(name);
    return isInString ? JSON.stringify(String(value)).slice(1, -1) : JSON.stringify(value);
  });
}

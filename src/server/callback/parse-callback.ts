// What a client wrote into its two callback parameters: Base64, inside it JSON, inside it addresses and a template.
// Whatever is wrong with it is refused before anything is stored.
// Source: OSS API, Callback, and the EC pages 0007-00000002 to 0007-00000101.
import { decodeBase64 } from "../../protocol/base64.ts";
import { serviceError } from "../../protocol/errors/known-error.ts";
import { invalidArgument, type ServiceError } from "../../protocol/errors/service-error.ts";
import type { CallbackParameters } from "../../protocol/fields/callback.ts";
import { present } from "../../protocol/fields/present.ts";
import { CALLBACK_SIZE_MAX_BYTES, CALLBACK_URL_COUNT_MAX } from "../../protocol/limits.ts";

export interface Callback {
  /** At least one; tried in turn until one answers. */
  readonly urls: readonly URL[];
  /** For the header Host. Absent: the host of the URL. */
  readonly host?: string;
  /** With `${…}` where the server puts what it knows of the object. */
  readonly bodyTemplate: string;
  readonly bodyType: CallbackBodyType;
  /** Values for `${x:…}`, by name. */
  readonly variables: ReadonlyMap<string, string>;
}

export type CallbackBodyType = "application/json" | "application/x-www-form-urlencoded";

/** Nobody has published the codes of the other mistakes. */
const EC = {
  undecodable: "0007-00000002",
  invalidUrl: "0007-00000004",
  tooManyUrls: "0007-00000005",
  emptyBody: "0007-00000011",
  tooLongVariables: "0007-00000101",
} as const;

/** @throws {ServiceError} InvalidArgument; NotImplemented for `additionalHeaders` */
export function parseCallback({ callback, callbackVar }: CallbackParameters): Callback | undefined {
  const variables = parseVariables(callbackVar);
  if (callback === undefined) {
    return undefined;
  }
  const refuse = (message: string, ec?: string) =>
    invalidArgument({ name: "callback", value: callback }, message, ec);
  if (callback.length > CALLBACK_SIZE_MAX_BYTES) {
    throw refuse(`The callback parameter is longer than ${CALLBACK_SIZE_MAX_BYTES} bytes.`);
  }
  const document = parseJsonObject(callback);
  if (document === undefined) {
    throw refuse("The callback parameter is no JSON object in Base64.", EC.undecodable);
  }
  const { callbackUrl, callbackHost, callbackBody, callbackBodyType, additionalHeaders } = document;
  if (additionalHeaders !== undefined) {
    throw serviceError("NotImplemented", { fields: { Header: "additionalHeaders" } });
  }
  if (typeof callbackBody !== "string" || callbackBody === "") {
    throw refuse("The callbackBody of the callback is empty.", EC.emptyBody);
  }
  const bodyType = parseBodyType(callbackBodyType);
  if (bodyType === undefined) {
    throw refuse("The callbackBodyType is neither application/x-www-form-urlencoded nor application/json.");
  }
  if (!isOptionalHost(callbackHost)) {
    throw refuse("The callbackHost is no host.");
  }
  const urls = parseUrls(callbackUrl, refuse);
  return present({ urls, host: callbackHost || undefined, bodyTemplate: callbackBody, bodyType, variables });
}

function parseVariables(callbackVar: string | undefined): ReadonlyMap<string, string> {
  if (callbackVar === undefined) {
    return new Map();
  }
  const refuse = (message: string, ec?: string) =>
    invalidArgument({ name: "callback-var", value: callbackVar }, message, ec);
  if (callbackVar.length > CALLBACK_SIZE_MAX_BYTES) {
    throw refuse(
      `The callback-var parameter is longer than ${CALLBACK_SIZE_MAX_BYTES} bytes.`,
      EC.tooLongVariables,
    );
  }
  const document = parseJsonObject(callbackVar);
  if (document === undefined) {
    throw refuse("The callback-var parameter is no JSON object in Base64.");
  }
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(document)) {
    // No template can name another, so the service takes no notice of it. Source: oss2's tests of signed callbacks.
    if (!name.startsWith("x:")) {
      continue;
    }
    if (name === "x:" || name !== name.toLowerCase() || typeof value !== "string") {
      throw refuse("A callback-var is a string whose name begins with x: and has no upper-case letters.");
    }
    variables.set(name, value);
  }
  return variables;
}

function parseJsonObject(base64: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = decodeBase64(base64);
  if (bytes === undefined) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Whichever of the two it is not, UTF-8 or JSON, the client is told the same.
    return undefined;
  }
}

function parseBodyType(value: unknown): CallbackBodyType | undefined {
  if (value === undefined || value === "") {
    return "application/x-www-form-urlencoded";
  }
  return value === "application/json" || value === "application/x-www-form-urlencoded" ? value : undefined;
}

function isOptionalHost(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === "string" && /^[A-Za-z0-9._:[\]-]*$/.test(value));
}

function parseUrls(value: unknown, refuse: (message: string, ec: string) => ServiceError): readonly URL[] {
  const texts = typeof value === "string" ? value.split(";").map((text) => text.trim()) : [];
  const written = texts.filter((text) => text !== "");
  if (written.length > CALLBACK_URL_COUNT_MAX) {
    throw refuse(`The callbackUrl has more than ${CALLBACK_URL_COUNT_MAX} URLs.`, EC.tooManyUrls);
  }
  const urls = written.map(parseUrl).filter((url) => url !== undefined);
  if (urls.length === 0 || urls.length < written.length) {
    throw refuse("The callbackUrl is no URL of http or https.", EC.invalidUrl);
  }
  return urls;
}

/** A URL may lack its scheme, which is http then: `www.example.com:23456/index.html`. */
function parseUrl(text: string): URL | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  const isUsable =
    (url?.protocol === "http:" || url?.protocol === "https:") && url.username === "" && url.password === "";
  return isUsable ? (url ?? undefined) : undefined;
}

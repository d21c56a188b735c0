// The answer that says nothing but that it is done.
import type { ResponseMessage } from "../http-message.ts";

export type EmptyOutput = Readonly<Record<string, never>>;

/** 200 without a body. */
export function encodeDone(): ResponseMessage {
  return { status: 200, headers: {} };
}

/** 204 without a body. */
export function encodeNoContent(): ResponseMessage {
  return { status: 204, headers: {} };
}

export function decodeNothing(): EmptyOutput {
  return {};
}

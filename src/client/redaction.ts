// Error documents quote what was signed, and with temporary credentials that has the token in it. An error goes into
// logs, so the token is taken out before the document is read.
import type { ResponseMessage } from "../protocol/http-message.ts";

const PLACEHOLDER = "(security token)";

/** @param token  the one that the request was signed with; documents have it as text and as spaced hexadecimal bytes */
export function withoutToken(received: ResponseMessage, token: string | undefined): ResponseMessage {
  if (token === undefined || token === "" || received.text === undefined) {
    return received;
  }
  const bytes = Array.from(new TextEncoder().encode(token), (byte) => byte.toString(16).padStart(2, "0"));
  const text = received.text
    .replaceAll(token, PLACEHOLDER)
    .replaceAll(bytes.join(" ").toUpperCase(), PLACEHOLDER)
    .replaceAll(bytes.join(" "), PLACEHOLDER);
  return { ...received, text };
}

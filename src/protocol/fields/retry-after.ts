// Retry-After: how long a service asks to be left alone, in seconds or until a time. Source: RFC 9110, 10.2.3.
import type { Headers } from "../http-message.ts";
import { parseTime } from "../times.ts";

const SECONDS = /^\d{1,9}$/;

/**
 * @returns milliseconds, from 0; undefined when the header is missing or says nothing that can be understood. A time
 * counts from the answer's own Date, so that this machine's clock does not matter.
 */
export function decodeRetryAfterMs(headers: Headers): number | undefined {
  const value = headers["retry-after"]?.trim() ?? "";
  if (SECONDS.test(value)) {
    return Number(value) * 1000;
  }
  const until = parseTime(value);
  const now = parseTime(headers.date ?? "");
  return until === undefined || now === undefined ? undefined : Math.max(0, until.getTime() - now.getTime());
}

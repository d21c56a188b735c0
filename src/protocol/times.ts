// The three ways in which the wire writes a moment.

/** `2023-12-03T12:12:12.000Z`, in XML. Whole seconds: oss2 accepts no other fraction than `.000Z`. */
export function toIso8601(time: Date): string {
  return `${time.toISOString().slice(0, 19)}.000Z`;
}

/** `20231203T121212Z`, in `x-oss-date` under V4. */
export function toBasicIso8601(time: Date): string {
  return `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

/** The moment of `20231203T121212Z`, or undefined when the text is none. */
export function parseBasicIso8601(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) {
    return undefined;
  }
  const [, year, month, day, hour, minute, second] = match;
  return parseTime(`${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`);
}

/** `Sun, 03 Dec 2023 12:12:12 GMT`, in headers. */
export function toHttpDate(time: Date): string {
  return time.toUTCString();
}

/** The moment that an HTTP date or an ISO 8601 text names, or undefined. */
export function parseTime(text: string): Date | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

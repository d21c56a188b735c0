// The tags by which ListBuckets is asked to choose: `"k":"v","k2":"v2"`, a JSON object without its braces.
// Source: the Go SDK v2, ListBuckets.
import { invalidArgument } from "../errors/service-error.ts";
import type { Tags } from "./tagging.ts";

export function encodeTagList(tags: Tags): string {
  return JSON.stringify(tags).slice(1, -1);
}

/** @throws {ServiceError} InvalidArgument */
export function parseTagList(text: string): Tags {
  const tags = parseObject(`{${text}}`);
  if (tags === undefined || Object.values(tags).some((value) => typeof value !== "string")) {
    throw invalidArgument({ name: "tagging", value: text });
  }
  return tags as Tags;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

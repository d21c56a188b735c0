// The scope of a V4 signature: on which day, in which region and for which service it is good.
import { toBasicIso8601 } from "../times.ts";
import type { V4Words } from "./oss4-words.ts";

/** The parts of a scope that differ from request to request. */
export interface V4Scope {
  /** `20231203`. */
  readonly day: string;
  /** As it is signed: `cn-hangzhou`, without `oss-`. */
  readonly region: string;
}

/** `20231203/cn-hangzhou/oss/aliyun_v4_request`. */
export function formatV4Scope(scope: V4Scope, words: V4Words): string {
  return v4ScopeSegments(scope, words).join("/");
}

/** What the signing key is derived from, in this order. */
export function v4ScopeSegments({ day, region }: V4Scope, words: V4Words): readonly string[] {
  return [day, region, words.service, words.terminator];
}

/** The day of a moment, in UTC. */
export function v4Day(time: Date): string {
  return toBasicIso8601(time).slice(0, 8);
}

/**
 * Takes `<accessKeyId>/<day>/<region>/<service>/<terminator>` apart.
 *
 * @returns undefined when the text has another form or names another service; a region may be empty, and is then none
 */
export function parseV4Credential(
  text: string,
  words: V4Words,
): { readonly accessKeyId: string; readonly scope: V4Scope } | undefined {
  // From the end, for an id may contain "/" and a scope may not.
  const [terminator, service, region = "", day = "", ...reversedId] = text.split("/").reverse();
  const accessKeyId = reversedId.reverse().join("/");
  if (terminator !== words.terminator || service !== words.service || accessKeyId === "") {
    return undefined;
  }
  return { accessKeyId, scope: { day, region } };
}

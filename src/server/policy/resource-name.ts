// Names of resources, `acs:SERVICE:REGION:ACCOUNT:PATH`, and patterns of them. They are compared part by part: over the
// whole text a `*` for the region could swallow an account, and a key with colons in it could pass for another bucket.
import { matchesWildcard } from "./wildcard.ts";

export interface ResourceName {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** `BUCKET`, `BUCKET/KEY`, or `*` for the service itself. */
  readonly path: string;
}

/** @returns undefined when it is neither `*` nor five parts behind `acs:` */
export function parseResourceName(text: string): ResourceName | undefined {
  if (text === "*") {
    return { service: "*", region: "*", account: "*", path: "*" };
  }
  const [acs, service, region, account, ...path] = text.split(":");
  if (acs !== "acs" || !service || region === undefined || account === undefined || path.length === 0) {
    return undefined;
  }
  return { service, region, account, path: path.join(":") };
}

export function formatResourceName({ service, region, account, path }: ResourceName): string {
  return ["acs", service, region, account, path].join(":");
}

export function matchesResource(pattern: ResourceName, name: ResourceName): boolean {
  return (
    matchesPart(pattern.service, name.service) &&
    matchesPart(pattern.region, name.region) &&
    matchesPart(pattern.account, name.account) &&
    matchesWildcard(pattern.path, name.path)
  );
}

/** A part that a policy leaves empty is any, as in `acs:ram::…`, whose resources have no region. */
function matchesPart(pattern: string, part: string): boolean {
  return pattern === "" || matchesWildcard(pattern.toLowerCase(), part.toLowerCase());
}

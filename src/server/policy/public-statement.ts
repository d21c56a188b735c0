// Whether a statement of a bucket's policy lets everybody in. What it lets them do does not matter, and one that denies
// lets nobody in.
// Source: OSS, block public access: conditions for non-public access.
import { isIP } from "node:net";
import type { Effect } from "./policy.ts";

interface Written {
  readonly effect: Effect;
  readonly principals: readonly string[] | undefined;
  /** As it stands in the document, which has been found to be good. */
  readonly condition: unknown;
}

/** One that grants something to whoever is not named in full, under no condition that names whoever may come. */
export function isPublicStatement({ effect, principals = [], condition }: Written): boolean {
  return effect === "Allow" && !principals.every(isFixed) && !isNarrowing(condition);
}

/** Conditions that exclude somebody leave all others in. */
const NARROWING_OPERATORS: ReadonlyMap<string, readonly [key: string, isNarrow: (value: string) => boolean]> =
  new Map([
    ["IpAddress", ["acs:sourceip", isSmallRange]],
    ["StringEquals", ["acs:accessid", isFixed]],
    ["StringEqualsIgnoreCase", ["acs:accessid", isFixed]],
    ["StringLike", ["acs:accessid", isFixed]],
  ]);

function isNarrowing(condition: unknown): boolean {
  return Object.entries(Object(condition)).some(([operator, block]) => {
    const [wanted, isNarrow] = NARROWING_OPERATORS.get(operator) ?? [];
    return Object.entries(Object(block)).some(
      ([key, values]) =>
        isNarrow !== undefined && key.toLowerCase() === wanted && [values].flat().map(String).every(isNarrow),
    );
  });
}

function isFixed(text: string): boolean {
  return !/[*?]/.test(text);
}

/** Least lengths of what a range's addresses have in common. */
const PREFIX_BITS_MIN: ReadonlyMap<number, number> = new Map([
  [4, 8],
  [6, 32],
]);

function isSmallRange(range: string): boolean {
  const [network = "", prefixBits] = range.split("/");
  const least = PREFIX_BITS_MIN.get(isIP(network)) ?? Number.POSITIVE_INFINITY;
  return prefixBits === undefined || Number(prefixBits) >= least;
}

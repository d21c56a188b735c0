import { InvalidArgumentError } from "commander";
import { parseDuration } from "./quantities.ts";

/** The value of `--older-than`, in milliseconds. @throws {InvalidArgumentError} */
export function ageFlag(text: string): number {
  const ageMs = parseDuration(text);
  if (ageMs === undefined) {
    throw new InvalidArgumentError("write an age such as 7d, 12h, 30m or 90s.");
  }
  return ageMs;
}

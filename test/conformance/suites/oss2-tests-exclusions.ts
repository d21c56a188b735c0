// What of oss2's own tests is left out, and why.
import type { Exclusion } from "../client-tests/choose-tests.ts";

export const oss2TestsExclusions: readonly Exclusion[] = [];

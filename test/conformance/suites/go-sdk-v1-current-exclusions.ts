// What of the first Go client's own tests is left out, and why.
import type { Exclusion } from "../client-tests/choose-tests.ts";

export const goSdkV1CurrentExclusions: readonly Exclusion[] = [];

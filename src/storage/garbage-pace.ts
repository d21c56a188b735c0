// How soon garbage goes. With PARTWISE_HURRY_GARBAGE=1 in its environment a process hurries, so that a test which kills it
// while blobs are collected and moved need not wait for minutes; a server of real clients keeps its minute.

const isHurried = process.env.PARTWISE_HURRY_GARBAGE === "1";

/** How long a blob outlives its owner, so that whoever read the owner just before can still pin and read it. */
export const GARBAGE_GRACE_MS: number = isHurried ? 1_000 : 60_000;
/** How often it is looked for in the background. */
export const COLLECT_EVERY_MS: number = isHurried ? 100 : 5_000;

/** How long a failed upload may take to remove its parts before it reports them as left. */
export const CLEAN_UP_MAX_MS = 10_000;

// How long tests wait for a state before they take it for one that never comes.

/**
 * A wait ends as soon as its state is there: only failing tests, and those on a machine with other work to do, ever
 * wait so long.
 */
export const PATIENCE_MS = 30_000;
/** The same for a whole test. */
export const TEST_TIMEOUT_MS = 240_000;

/* Files that the runs of several benchmarks leave. */

/** What the terminal showed at the end. */
export const SUMMARY_TEXT = "summary.txt";

/** Time for a run. Every instant in the project is milliseconds on CLOCK_MONOTONIC, one scale for all processes. */
export interface Clock {
  /** Milliseconds on CLOCK_MONOTONIC, fractions included. */
  now(): number;
  /** The wall clock (Unix ms) that belongs to instant `atMs`, by one anchor taken at start. */
  toUnixMs(atMs: number): number;
}

/** A column for each field, a value for each row; instants in ms on the rank's own clock, times in ms. */
type Columns<Field extends string> = Readonly<Record<Field, Float64Array>>;

/** What one rank wrote down, warm-up (steps below 0) included; at least one step. */
export interface RankRows {
  rank: number;
  steps: Columns<"step" | "samples" | "askedAt" | "loadedAt" | "computeEndAt" | "computeMs">;
  microbatches: Columns<"step" | "samples" | "bytes" | "loadMs" | "gotAt">;
}

/** Rows as a run's files have them. */
export interface SavedRows {
  /** Who wrote them: this program, or the Python tool that it replaces, whose files say less. */
  writer: "inferbench" | "python";
  ranks: readonly RankRows[];
  /** Files whose last line was cut off, and left out. */
  cutOff: readonly string[];
}

/** The values of those rows whose step is counted. */
export function ofCountedSteps(steps: Float64Array, values: Float64Array): Float64Array {
  return values.filter((_, i) => steps[i]! >= 0);
}

/** One array after the other. */
export function joined(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

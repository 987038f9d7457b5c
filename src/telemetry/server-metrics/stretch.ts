/** A stretch of a run, and the scrapes that speak for it. */
export interface Stretch {
  /** ms on the run's clock. */
  fromMs: number;
  toMs: number;
  /** Scrapes inside it, as numbers: gauges. Empty where `first` > `last`. */
  first: number;
  last: number;
  /** What is counted lies between these two. */
  countedFrom: number;
  countedTo: number;
  /** The time that what was counted belongs to. */
  countedS: number;
}

interface Window {
  startAt: number;
  endAt: number;
}

/**
 * The whole run: counters from the scrape just before it to the last one, as servers count a little after they answer; where those are
 * missing, the part of the run that lies between the scrapes that there are.
 * @param atMs of the scrapes, ascending
 */
export function wholeStretch(atMs: readonly number[], { startAt, endAt }: Window): Stretch {
  const inside = insideOf(atMs, startAt, endAt);
  const countedFrom = Math.max(0, inside.first - 1);
  const countedTo = atMs.length - 1;
  return {
    fromMs: startAt,
    toMs: endAt,
    ...inside,
    countedFrom,
    countedTo,
    countedS: between(atMs[countedFrom], atMs[countedTo], { startAt, endAt }),
  };
}

/** Seconds of a window that lie between two instants. */
function between(from: number | undefined, to: number | undefined, { startAt, endAt }: Window): number {
  if (from === undefined || to === undefined) return 0;
  return Math.max(0, Math.min(endAt, to) - Math.max(startAt, from)) / 1000;
}

/** A part of the run: counters from its first scrape to its last. */
export function partStretch(atMs: readonly number[], { startAt, endAt }: Window): Stretch {
  const inside = insideOf(atMs, startAt, endAt);
  const { first: countedFrom, last: countedTo } = inside;
  const countedS = countedTo > countedFrom ? (atMs[countedTo]! - atMs[countedFrom]!) / 1000 : 0;
  return { fromMs: startAt, toMs: endAt, ...inside, countedFrom, countedTo, countedS };
}

function insideOf(atMs: readonly number[], fromMs: number, toMs: number): { first: number; last: number } {
  const first = atMs.findIndex((at) => at >= fromMs);
  return { first: first < 0 ? atMs.length : first, last: atMs.findLastIndex((at) => at <= toMs) };
}

import { usdPerMTokens } from "../analysis/cost.ts";

interface Costed {
  outputThroughputPerS: number | null;
  cost: { usdPerMOutputTokens: number | null } | null;
}

/** With the cost of its output tokens at this price, in place of one that it had: seed 004's analysis. */
export function atPrice<T extends Costed>(window: T, usdPerHour: number): T {
  const { outputThroughputPerS } = window;
  const cost = {
    usdPerMOutputTokens:
      outputThroughputPerS === null ? null : usdPerMTokens(usdPerHour, outputThroughputPerS),
  };
  return { ...window, cost };
}

/** The same for both windows of a summary. */
export function windowsAtPrice<W extends Costed, T extends { whole: W | null; steady: W | null }>(
  summary: T,
  usdPerHour: number,
): T {
  const of = (window: W | null) => (window === null ? null : atPrice(window, usdPerHour));
  return { ...summary, whole: of(summary.whole), steady: of(summary.steady) };
}

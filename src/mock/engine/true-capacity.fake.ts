import { runVirtualLoad, type VirtualLoad } from "./virtual-load.fake.ts";

/** Limits of one request, ms. */
export interface Limits {
  readonly ttftMs: number;
  readonly tpotMs: number;
}

/** Each request of a load in the order of arrival: 1 where it keeps the limits. */
export function goodRequests(load: VirtualLoad, requests: number, { ttftMs, tpotMs }: Limits): Uint8Array {
  const good: { at: number; isGood: boolean }[] = [];
  runVirtualLoad(load, requests, ({ arrivedAtMs, firstTokenAtMs, endAtMs, outputTokens }) => {
    const tpot = outputTokens > 1 ? (endAtMs - firstTokenAtMs) / (outputTokens - 1) : 0;
    good.push({ at: arrivedAtMs, isGood: firstTokenAtMs - arrivedAtMs <= ttftMs && tpot <= tpotMs });
    return true;
  });
  return Uint8Array.from(
    good.sort((one, other) => one.at - other.at),
    ({ isGood }) => (isGood ? 1 : 0),
  );
}

/**
 * The highest rate at which a share of requests keeps the limits in the long run, by bisection over long loads in virtual time, each with
 * the same random numbers, to 0.3 %.
 * @param good what becomes of so many requests at a rate
 * @param highPerS a rate beyond it, and less than twice as high
 */
export function trueCapacity(
  good: (ratePerS: number, requests: number) => Uint8Array,
  share: number,
  highPerS: number,
  requests: number,
): number {
  let [low, high] = [highPerS / 2, highPerS];
  while (high > 1.003 * low) {
    const middle = Math.sqrt(low * high);
    const found = good(middle, requests).reduce((sum, one) => sum + one, 0) / requests;
    if (found >= share) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

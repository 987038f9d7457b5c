import { amountPer, costUsd } from "../../../analysis/cost.ts";
import type { WindowCounts } from "./counts.ts";
import type { WindowCost } from "./shape.ts";

/** What a window cost at so much an hour, and what that is for each million tokens and thousand requests. */
export function windowCost(usdPerHour: number, counts: WindowCounts): WindowCost {
  const { durationS, outputTokens, promptTokens, requests, goodOutputTokens } = counts;
  const usd = costUsd(usdPerHour, durationS);
  return {
    usd,
    usdPerMOutputTokens: amountPer(usd, outputTokens, 1e6),
    usdPerMTotalTokens: amountPer(usd, outputTokens + promptTokens, 1e6),
    usdPer1kRequests: amountPer(usd, requests, 1e3),
    usdPerMGoodOutputTokens: goodOutputTokens === null ? null : amountPer(usd, goodOutputTokens, 1e6),
  };
}

import type { Distribution } from "../../analysis/describe.ts";
import { sumOrNull } from "../../analysis/sum.ts";

/** Over the counted steps, compute included. */
export interface Throughput {
  samplesPerS: number;
  /** 95 % interval of `samplesPerS`; null where steps are too few for one. */
  samplesPerSLow: number | null;
  samplesPerSHigh: number | null;
  bytesPerS: number;
}

/** The counted steps of one rank. */
export interface RankSteps {
  samples: number;
  /** Times of its steps, compute included; null: it did none. */
  stepMs: Pick<Distribution, "n" | "mean" | "meanLow" | "meanHigh"> | null;
}

/**
 * The 95 % interval of samples per second. A rank's samples over its steps' time have the interval of the mean step; of several ranks, which
 * share what they read from, the bounds are added up, as if all were low or high at once.
 * @param samplesPerS over the time from the first rank's first request to the last one's end
 */
export function throughputInterval(
  samplesPerS: number,
  ranks: readonly RankSteps[],
): { low: number | null; high: number | null } {
  const perMs = (of: "mean" | "meanLow" | "meanHigh") =>
    sumOrNull(
      ranks.map(({ samples, stepMs }) => {
        const meanMs = stepMs?.[of] ?? null;
        return stepMs === null || meanMs === null || meanMs <= 0 ? null : samples / (stepMs.n * meanMs);
      }),
    );
  const middle = perMs("mean");
  const bound = (of: number | null) => (of === null || middle === null ? null : (samplesPerS * of) / middle);
  return { low: bound(perMs("meanHigh")), high: bound(perMs("meanLow")) };
}

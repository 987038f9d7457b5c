import { dispersion } from "../../analysis/dispersion.ts";
import { exponentialCdf, gammaCdf } from "../../analysis/gap-distribution.ts";
import { kolmogorovSmirnov } from "../../analysis/ks.ts";
import type { ServingPlan } from "./plan.ts";
import type { ArrivalTest, ArrivalTests } from "./summary-shape.ts";

/** Windows of this many mean gaps: enough arrivals in each for the range to hold, and enough windows. */
const GAPS_IN_WINDOW = 20;

/**
 * Holds the planned and the actual send times of a Poisson or gamma process against that process.
 * @param sentAt instants of sending, ms, in any order
 */
export function arrivalTests(plan: ServingPlan, sentAt: readonly number[]): ArrivalTests | null {
  const arrival = plan.load.kind === "open" ? plan.load.arrival : null;
  if (arrival?.kind !== "poisson" && arrival?.kind !== "gamma") return null;
  if (!Number.isFinite(arrival.ratePerS)) return null;
  const shape = arrival.kind === "gamma" ? arrival.burstiness : 1;
  const meanMs = 1000 / arrival.ratePerS;
  const test = (atMs: Float64Array): ArrivalTest => {
    const gaps = atMs.slice(1).map((at, i) => at - atMs[i]!);
    return {
      dispersion: dispersion(atMs, GAPS_IN_WINDOW * meanMs, shape),
      ksPValue:
        kolmogorovSmirnov(gaps, shape === 1 ? exponentialCdf(meanMs) : gammaCdf(shape, meanMs))?.pValue ??
        null,
    };
  };
  return {
    planned: test(plan.offsetsMs ?? new Float64Array(0)),
    sent: test(Float64Array.from(sentAt).sort()),
  };
}

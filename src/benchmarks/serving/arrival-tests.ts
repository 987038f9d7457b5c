import { dispersion } from "../../analysis/dispersion.ts";
import { exponentialCdf, gammaCdf } from "../../analysis/gap-distribution.ts";
import { kolmogorovSmirnov } from "../../analysis/ks.ts";
import type { ServingPlan } from "./plan.ts";
import type { RunResult } from "./run.ts";
import type { ArrivalTest, ArrivalTests } from "./summary-shape.ts";

/** Windows of this many mean gaps: enough arrivals in each for the range to hold, and enough windows. */
const GAPS_IN_WINDOW = 20;

/** Records read back hold instants to the microsecond. */
const ROUNDING_MS = 0.001;

/**
 * The part of an open loop's schedule that fell due: a run that knows enough, or is interrupted, stops before its end.
 * @param lastDueAt intended time of the last request; undefined where none fell due
 */
export function dueOffsets(
  { offsetsMs }: ServingPlan,
  { startAt }: Pick<RunResult, "startAt">,
  lastDueAt: number | undefined,
): Float64Array | null {
  return (
    offsetsMs?.filter((at) => startAt + at <= (lastDueAt ?? Number.NEGATIVE_INFINITY) + ROUNDING_MS) ?? null
  );
}

/**
 * Holds the planned and the actual send times of a Poisson or gamma process against that process.
 * @param offsetsMs the planned times of what fell due; null in a closed loop
 * @param sentAt instants of sending, ms, in any order
 */
export function arrivalTests(
  plan: ServingPlan,
  offsetsMs: Float64Array | null,
  sentAt: readonly number[],
): ArrivalTests | null {
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
    planned: test(offsetsMs ?? new Float64Array(0)),
    sent: test(Float64Array.from(sentAt).sort()),
  };
}

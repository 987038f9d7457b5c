import { limitsText } from "../../slo-text.ts";
import type { About, Named } from "../about.ts";
import { costLatency } from "../cost-latency.ts";
import { goodputRate } from "../goodput-rate.ts";
import { latencyCurve, throughputLatency, throughputNormalizedLatency } from "../latency-curve.ts";
import type { Figure } from "../spec.ts";
import { comparisonCaution } from "./caution.ts";
import { distributionFigure } from "./distribution.ts";
import { comparisonFacts } from "./facts.ts";
import { loadSeries } from "./load-series.ts";
import { overTimeComparison } from "./over-time.ts";
import type { ServingRun } from "./run.ts";
import { existing, ICL, ITL, TTFT, timedRun, windowOf } from "./run-figures.ts";
import { gapSample, ttftSample } from "./sample.ts";

/** There are no more kinds of dashes, so that more lines could not be told apart in black and white: such figures are left out. */
export const MOST_RUNS = 4;

/** The figures of several runs, each with all of them in it. */
export function* figuresOfRuns(runs: readonly ServingRun[]): Generator<Figure> {
  const about: About = { facts: comparisonFacts(runs), caution: comparisonCaution(runs) };
  const series = loadSeries(runs);
  yield* existing(latencyCurve(throughputLatency, series, about));
  yield* existing(latencyCurve(throughputNormalizedLatency, series, about));
  yield* existing(costLatency(series, about));
  const slos = runs.map(({ summary }) => summary?.slos ?? null);
  const [target] = slos;
  if (target && slos.every((other) => JSON.stringify(other) === JSON.stringify(target))) {
    const limits = limitsText(target.slos);
    const asSent = { rateName: "Requests sent per second", of: null };
    yield* existing(goodputRate(series, { share: target.share, limits, capacities: [], ...asSent }, about));
  }
  if (runs.length > MOST_RUNS) return;
  const named = <T>(of: (run: ServingRun) => T): Named<T>[] =>
    runs.map((run) => ({ name: run.name, data: of(run) }));
  yield* existing(distributionFigure(TTFT, named(ttftSample), about));
  // Gaps of one kind: where one run's tokens are not known, chunks are compared.
  const [id, measure] = runs.every(({ collected }) => collected.itl.n > 0)
    ? (["itl", ITL] as const)
    : (["icl", ICL] as const);
  yield* existing(
    distributionFigure(
      measure,
      named((run) => gapSample(run, id)),
      about,
    ),
  );
  const timed = runs.flatMap((run) => {
    const window = windowOf(run);
    return window === null ? [] : [{ name: run.name, data: timedRun(run, window) }];
  });
  if (timed.length > 0) yield overTimeComparison(timed, about);
}

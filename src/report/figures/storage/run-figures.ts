import type { About } from "../about.ts";
import { distributionFigure } from "../serving/distribution.ts";
import type { Figure } from "../spec.ts";
import { cautionOf } from "./caution.ts";
import { comparisonFacts, runFacts } from "./facts.ts";
import { loadingOf, microbatchLoadsMs, stepLoadsMs } from "./loading.ts";
import { overTimeFigure } from "./over-time-figure.ts";
import type { StorageRun } from "./run.ts";
import { MICROBATCH, STEP, sampleOf } from "./sample.ts";
import { stepsFigure } from "./steps-figure.ts";
import { tailsFigure } from "./tails-figure.ts";
import { throughputFigure } from "./throughput-figure.ts";

/** The figures of one run, one after the other: each is drawn before the next is made. */
export function* figuresOfStorageRun(run: StorageRun): Generator<Figure> {
  const { ranks } = run.rows;
  const loading = loadingOf(run);
  const about: About = { facts: runFacts({ run, loading }), caution: cautionOf([run]) };
  const distribution = (measure: typeof STEP, ...data: Parameters<typeof sampleOf>) =>
    distributionFigure(measure, [{ name: run.name, data: sampleOf(...data) }], about);
  yield throughputFigure([{ run, loading }], about);
  yield tailsFigure([{ run, loading }], about);
  yield stepsFigure(ranks, about);
  const others = [
    () => distribution(STEP, stepLoadsMs(ranks), loading.stepMs),
    () => distribution(MICROBATCH, microbatchLoadsMs(ranks), loading.microbatchMs),
    () => overTimeFigure(run, about),
  ];
  for (const make of others) {
    const figure = make();
    if (figure !== null) yield figure;
  }
}

/** The two figures that set several runs side by side. */
export function* figuresOfStorageRuns(runs: readonly StorageRun[]): Generator<Figure> {
  const loaded = runs.map((run) => ({ run, loading: loadingOf(run) }));
  const about: About = { facts: comparisonFacts(loaded), caution: cautionOf(runs) };
  yield throughputFigure(loaded, about);
  yield tailsFigure(loaded, about);
}

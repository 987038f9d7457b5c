import type { About } from "../about.ts";
import type { Figure } from "../spec.ts";
import { cautionOf } from "./caution.ts";
import { tailsFigure, throughputFigure } from "./comparison-figures.ts";
import { comparisonFacts, runFacts } from "./facts.ts";
import { loadingOf } from "./loading.ts";
import type { StorageRun } from "./run.ts";

/** The figures of one run, one after the other: each is drawn before the next is made. */
export function* figuresOfStorageRun(run: StorageRun): Generator<Figure> {
  const loaded = { run, loading: loadingOf(run) };
  const about: About = { facts: runFacts(loaded), caution: cautionOf([run]) };
  yield throughputFigure([loaded], about);
  yield tailsFigure([loaded], about);
}

/** The two figures that set several runs side by side. */
export function* figuresOfStorageRuns(runs: readonly StorageRun[]): Generator<Figure> {
  const loaded = runs.map((run) => ({ run, loading: loadingOf(run) }));
  const about: About = { facts: comparisonFacts(loaded), caution: cautionOf(runs) };
  yield throughputFigure(loaded, about);
  yield tailsFigure(loaded, about);
}

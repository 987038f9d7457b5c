import { acceleratorUtilisation, windowS } from "./figures.ts";
import { Measurements } from "./measurements.ts";
import { bufferBytes, type PipelineDeps, type PipelinePlan, runPipeline } from "./pipeline/run.ts";

/** What was found with so many accelerators at once. */
export interface Trial {
  accelerators: number;
  au: number;
  bytesPerS: number;
}

/** What the trials say. */
export interface SearchResult {
  /** The AU that each has to reach. */
  leastAu: number;
  /** The most that reached it; 0 where one did not. */
  most: number;
  trials: Trial[];
}

/** What is confirmed of it. */
export interface AcceleratorSearch {
  leastAu: number;
  /** The most that a whole run kept busy; 0: not even one; null: no run did what the trials said. */
  found: number | null;
  trials: Trial[];
  /** Runs with as many as the trials found, then with fewer, until one kept them busy. The figures are the last one's. */
  runs: Trial[];
}

/** Runs beyond the first, where it does not keep busy what the trials said. */
const MOST_FURTHER = 4;

/**
 * With how many accelerators to run next: as many as would have got the AU where the source gives no more than it gave to these, and at
 * least one fewer.
 * @returns null where there is nothing more to try
 */
export function nextToTry({ leastAu }: SearchResult, runs: readonly Trial[]): number | null {
  const last = runs.at(-1);
  if (last === undefined || last.au >= leastAu || last.accelerators === 1 || runs.length > MOST_FURTHER)
    return null;
  return Math.max(1, Math.min(last.accelerators - 1, Math.floor((last.accelerators * last.au) / leastAu)));
}

/** @param runs of which the last came to its end, unless `isCut` */
export function confirmed(
  { leastAu, trials }: SearchResult,
  runs: Trial[],
  isCut: boolean,
): AcceleratorSearch {
  const last = runs.at(-1);
  const isKept = last !== undefined && last.au >= leastAu;
  const found =
    last === undefined || isCut ? null : isKept ? last.accelerators : last.accelerators > 1 ? null : 0;
  return { leastAu, found, trials, runs };
}

export interface SearchOptions {
  /** Of one accelerator. */
  plan: PipelinePlan;
  meanComputeMs: number;
  leastAu: number;
  /** For the microbatches in flight. */
  bufferBytesMost: number;
}

/** One trial takes about so long, if data comes as fast as it is asked for. */
const TRIAL_MS = 3000;
const LEAST_STEPS = 8;
/** Where the search gives up to find a limit. */
const MOST = 65_536;

/**
 * The plan of `accelerators` in lockstep: each step loads the batches of all and computes once, and each accelerator brings its own
 * prefetching, as far as memory goes.
 */
export function planFor(plan: PipelinePlan, accelerators: number, bufferBytesMost: number): PipelinePlan {
  const { steps } = plan;
  const room =
    Math.floor(bufferBytesMost / bufferBytes({ ...plan, steps: { ...steps, prefetchDepth: 0 } })) - 1;
  const prefetchDepth = Math.max(steps.prefetchDepth, Math.min(accelerators * steps.prefetchDepth, room));
  return {
    ...plan,
    steps: { ...steps, prefetchDepth, microbatchesPerStep: steps.microbatchesPerStep * accelerators },
  };
}

/**
 * How many accelerators the source keeps busy: doubles their number until one trial falls below the AU asked for, then halves the gap.
 * @returns null when it was interrupted @throws what reading met
 */
export async function findAccelerators(
  options: SearchOptions,
  deps: Omit<PipelineDeps, "onRows" | "beforeBegin">,
  onTrial: (trial: Trial) => void,
): Promise<SearchResult | null> {
  const { leastAu } = options;
  const trials: Trial[] = [];
  const isEnough = async (accelerators: number): Promise<boolean | null> => {
    const trial = await tryWith(accelerators, options, deps);
    if (trial === null) return null;
    trials.push(trial);
    onTrial(trial);
    return trial.au >= leastAu;
  };
  const most = await largest(isEnough);
  return most === null ? null : { leastAu, most, trials };
}

/** The largest number from 1 on that is enough, 0 where 1 is not; null as soon as an answer is. */
export async function largest(isEnough: (n: number) => Promise<boolean | null>): Promise<number | null> {
  let enough = 0;
  let tooMany = MOST + 1;
  for (let n = 1; n <= MOST && n < tooMany; n *= 2) {
    const answer = await isEnough(n);
    if (answer === null) return null;
    if (answer) enough = n;
    else tooMany = n;
  }
  while (tooMany - enough > 1) {
    const middle = Math.floor((enough + tooMany) / 2);
    if (middle > MOST) return enough;
    const answer = await isEnough(middle);
    if (answer === null) return null;
    if (answer) enough = middle;
    else tooMany = middle;
  }
  return enough;
}

async function tryWith(
  accelerators: number,
  { plan, meanComputeMs, bufferBytesMost }: SearchOptions,
  deps: Omit<PipelineDeps, "onRows">,
): Promise<Trial | null> {
  const measured = new Measurements();
  const trial = planFor(plan, accelerators, bufferBytesMost);
  const steps = Math.max(LEAST_STEPS, Math.round(TRIAL_MS / meanComputeMs));
  const { interrupted, failure } = await runPipeline(
    { ...trial, steps: { ...trial.steps, steps, warmupSteps: 1 } },
    { ...deps, onRows: (microbatches, rows) => measured.add(microbatches, rows) },
  );
  if (failure !== null) throw failure;
  if (interrupted) return null;
  return {
    accelerators,
    au: acceleratorUtilisation(measured)!,
    bytesPerS: measured.bytes / windowS(measured)!,
  };
}

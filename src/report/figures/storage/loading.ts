import { type Distribution, describe } from "../../../analysis/describe.ts";
import { sum } from "../../../analysis/sum.ts";
import { joined, ofCountedSteps, type RankRows } from "./rank-rows.ts";
import type { StorageRun } from "./run.ts";

/** Throughput over the counted steps, with its 95 % interval. */
export interface Throughput {
  samplesPerS: number;
  low: number | null;
  high: number | null;
  /** null: no one wrote down how large samples are. */
  bytesPerS: number | null;
  samples: number;
  /** Of all ranks. */
  steps: number;
  windowS: number;
}

/** What the rows of a run say. */
export interface Loading {
  throughput: Throughput;
  stepMs: Distribution;
  /** null: no microbatch was written down. */
  microbatchMs: Distribution | null;
}

/** Computes a run's figures from its rows, those of all ranks together. */
export function loadingOf(run: StorageRun): Loading {
  const { ranks } = run.rows;
  return {
    throughput: throughputOf(run),
    stepMs: describe(stepLoadsMs(ranks))!,
    microbatchMs: describe(microbatchLoadsMs(ranks)),
  };
}

/** Loading times of the counted steps, one rank's after the other's. */
export function stepLoadsMs(ranks: readonly RankRows[]): Float64Array {
  return joined(
    ranks.map(({ steps }) =>
      ofCountedSteps(
        steps.step,
        steps.loadedAt.map((at, i) => at - steps.askedAt[i]!),
      ),
    ),
  );
}

export function microbatchLoadsMs(ranks: readonly RankRows[]): Float64Array {
  return joined(ranks.map(({ microbatches }) => ofCountedSteps(microbatches.step, microbatches.loadMs)));
}

/** When a rank first asked for something: ranks pass the start barrier together, and their clocks may be of different machines. */
export function beganAt({ steps }: RankRows): number {
  return steps.askedAt[0]!;
}

/**
 * A rank's samples over its steps' time have the interval of the mean step; of several ranks, which share what they read from, the bounds are
 * added up, as if all were low or high at once. Where there is a summary its throughput stands.
 */
function throughputOf({ rows: { ranks, writer }, summary }: StorageRun): Throughput {
  const parts = ranks.map((rank) => {
    const { step, samples, askedAt, computeEndAt } = rank.steps;
    const stepMs = describe(
      ofCountedSteps(
        step,
        computeEndAt.map((endAt, i) => endAt - askedAt[i]!),
      ),
    )!;
    const first = step.findIndex((number) => number >= 0);
    const count = sum(ofCountedSteps(step, samples));
    const began = beganAt(rank);
    return {
      startAt: askedAt[first]! - began,
      endAt: computeEndAt.at(-1)! - began,
      samples: count,
      bytes: sum(ofCountedSteps(rank.microbatches.step, rank.microbatches.bytes)),
      steps: stepMs.n,
      perMs: (meanMs: number | null) => (meanMs === null || meanMs <= 0 ? null : count / (stepMs.n * meanMs)),
      ...stepMs,
    };
  });
  const samples = sum(parts.map((part) => part.samples));
  const bytes = sum(parts.map((part) => part.bytes));
  const windowS =
    (Math.max(...parts.map(({ endAt }) => endAt)) - Math.min(...parts.map(({ startAt }) => startAt))) / 1000;
  const samplesPerS = summary?.throughput?.samplesPerS ?? samples / windowS;
  const middle = added(parts.map(({ perMs, mean }) => perMs(mean)));
  const bound = (perMs: number | null) =>
    perMs === null || middle === null ? null : (samplesPerS * perMs) / middle;
  return {
    samplesPerS,
    low: bound(added(parts.map(({ perMs, meanHigh }) => perMs(meanHigh)))),
    high: bound(added(parts.map(({ perMs, meanLow }) => perMs(meanLow)))),
    bytesPerS: writer === "python" ? null : (summary?.throughput?.bytesPerS ?? bytes / windowS),
    samples,
    steps: sum(parts.map(({ steps }) => steps)),
    windowS,
  };
}

/** null where one is. */
function added(values: readonly (number | null)[]): number | null {
  return values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
}

import { type Distribution, describe } from "../../../analysis/describe.ts";
import { sum } from "../../../analysis/sum.ts";
import { throughputInterval } from "../../../benchmarks/storage/throughput.ts";
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

/** With the interval of `throughputInterval`. Where there is a summary its throughput stands. */
function throughputOf({ rows: { ranks, writer }, summary }: StorageRun): Throughput {
  const parts = ranks.map((rank) => {
    const { step, samples, askedAt, computeEndAt } = rank.steps;
    const first = step.findIndex((number) => number >= 0);
    const began = beganAt(rank);
    return {
      startAt: askedAt[first]! - began,
      endAt: computeEndAt.at(-1)! - began,
      samples: sum(ofCountedSteps(step, samples)),
      bytes: sum(ofCountedSteps(rank.microbatches.step, rank.microbatches.bytes)),
      stepMs: describe(
        ofCountedSteps(
          step,
          computeEndAt.map((endAt, i) => endAt - askedAt[i]!),
        ),
      )!,
    };
  });
  const samples = sum(parts.map((part) => part.samples));
  const bytes = sum(parts.map((part) => part.bytes));
  const windowS =
    (Math.max(...parts.map(({ endAt }) => endAt)) - Math.min(...parts.map(({ startAt }) => startAt))) / 1000;
  const samplesPerS = summary?.throughput?.samplesPerS ?? samples / windowS;
  return {
    samplesPerS,
    ...throughputInterval(samplesPerS, parts),
    bytesPerS: writer === "python" ? null : (summary?.throughput?.bytesPerS ?? bytes / windowS),
    samples,
    steps: sum(parts.map(({ stepMs }) => stepMs.n)),
    windowS,
  };
}

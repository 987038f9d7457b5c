import { type AccessOrder, epochOrder } from "./order.ts";
import { type Sharding, shareOf, shareSize } from "./sharding.ts";

/** Everything that decides which reader reads which samples when. */
export interface AccessPlan {
  samples: number;
  order: AccessOrder;
  sharding: Sharding;
  seed: number;
  /** Samples in a microbatch. */
  microbatchSize: number;
  rank: number;
  ranks: number;
  /** Readers of each rank. */
  workers: number;
}

/**
 * The microbatches of one reader, epoch after epoch, without end: its share of each epoch in pieces of the microbatch size, the
 * epoch's last one shorter where it does not divide. Nothing comes where the share is empty.
 */
export function* microbatchesOf(plan: AccessPlan, worker: number): Generator<Uint32Array> {
  const { samples, order, sharding, seed, microbatchSize, ranks, workers } = plan;
  if (shareSize(samples, sharding, readerOf(plan, worker), ranks * workers) === 0) return;
  for (let epoch = 0; ; epoch++) {
    const whole = epochOrder(samples, order, seed, epoch);
    const share = shareOf(whole, sharding, readerOf(plan, worker), ranks * workers);
    for (let i = 0; i < share.length; i += microbatchSize) yield share.subarray(i, i + microbatchSize);
  }
}

/**
 * Which of a rank's readers gives each microbatch of an epoch: one after the other, as long as each has some left. Every epoch has the
 * same turns.
 */
export function turnsOf(plan: AccessPlan): Uint32Array {
  const { samples, sharding, microbatchSize, ranks, workers } = plan;
  const left = Array.from({ length: workers }, (_, worker) => {
    const share = shareSize(samples, sharding, readerOf(plan, worker), ranks * workers);
    return Math.ceil(share / microbatchSize);
  });
  const turns = new Uint32Array(left.reduce((sum, count) => sum + count, 0));
  for (let turn = 0; turn < turns.length; ) {
    for (let worker = 0; worker < workers; worker++) {
      if (left[worker]! === 0) continue;
      left[worker]!--;
      turns[turn++] = worker;
    }
  }
  return turns;
}

/** How many of the first `microbatches` of a run each reader gives. */
export function countsOf(turns: Uint32Array, workers: number, microbatches: number): Uint32Array {
  const counts = new Uint32Array(workers);
  const epochs = Math.floor(microbatches / turns.length);
  for (const worker of turns) counts[worker]! += epochs;
  for (const worker of turns.subarray(0, microbatches % turns.length)) counts[worker]!++;
  return counts;
}

function readerOf({ rank, workers }: AccessPlan, worker: number): number {
  return rank * workers + worker;
}

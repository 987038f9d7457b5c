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
 * The microbatches of one reader, without end: its share of one epoch after the other, cut into pieces of the microbatch size, which go
 * on from epoch to epoch so that each is whole. Nothing comes where the share is empty.
 */
export function* microbatchesOf(plan: AccessPlan, worker: number): Generator<Uint32Array> {
  const { samples, order, sharding, seed, microbatchSize, workers, rank, ranks } = plan;
  if (sharesOf(plan)[worker] === 0) return;
  let begun = new Uint32Array(microbatchSize);
  let filled = 0;
  for (let epoch = 0; ; epoch++) {
    const whole = epochOrder(samples, order, seed, epoch);
    const share = shareOf(whole, sharding, rank * workers + worker, ranks * workers);
    for (let taken = 0; taken < share.length; ) {
      const piece = share.subarray(taken, taken + microbatchSize - filled);
      begun.set(piece, filled);
      taken += piece.length;
      filled += piece.length;
      if (filled < microbatchSize) break;
      yield begun;
      begun = new Uint32Array(microbatchSize);
      filled = 0;
    }
  }
}

/** How many samples of an epoch each reader of the rank has. */
export function sharesOf({ samples, sharding, rank, ranks, workers }: AccessPlan): number[] {
  return Array.from({ length: workers }, (_, worker) =>
    shareSize(samples, sharding, rank * workers + worker, ranks * workers),
  );
}

/**
 * Which of a rank's readers gives the next microbatch: the one that is furthest behind its share, so that all are in the same epoch; one
 * after the other where shares are equal. (Webster's divisors: reader w's microbatch m is due at (m + 1/2) / share.)
 */
export class Turns {
  readonly #shares: readonly number[];
  /** When each reader's next microbatch is due. */
  readonly #due: Float64Array;
  /** Microbatches that each reader gave. */
  readonly given: Uint32Array;

  /** @param shares of each reader; at least one is not 0 */
  constructor(shares: readonly number[]) {
    this.#shares = shares;
    this.#due = Float64Array.from(shares, (share) => (share === 0 ? Number.POSITIVE_INFINITY : 0.5 / share));
    this.given = new Uint32Array(shares.length);
  }

  next(): number {
    let first = 0;
    for (let worker = 1; worker < this.#due.length; worker++) {
      if (this.#due[worker]! < this.#due[first]!) first = worker;
    }
    this.given[first]!++;
    this.#due[first] = (this.given[first]! + 0.5) / this.#shares[first]!;
    return first;
  }
}

/** How many of the first `microbatches` of a run each reader gives. */
export function countsOf(shares: readonly number[], microbatches: number): Uint32Array {
  const turns = new Turns(shares);
  for (let i = 0; i < microbatches; i++) turns.next();
  return turns.given;
}

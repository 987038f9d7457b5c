import { sum } from "../../../analysis/sum.ts";
import { type AccessOrder, epochOrder } from "./order.ts";
import { allShares, type Sharding, shareOf, shareSizes } from "./sharding.ts";

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

/** A reader's share of an epoch. */
type ShareIn = (epoch: number) => Uint32Array;

/**
 * The microbatches of one reader, without end: its share of one epoch after the other, cut into pieces of the microbatch size, which go
 * on from epoch to epoch so that each is whole. Nothing comes where the share is empty.
 */
export function* microbatchesOf(
  plan: AccessPlan,
  worker: number,
  shareIn: ShareIn = ownShare(plan, worker),
): Generator<Uint32Array> {
  const { microbatchSize } = plan;
  let begun = new Uint32Array(microbatchSize);
  let filled = 0;
  for (let epoch = 0; ; epoch++) {
    const share = shareIn(epoch);
    // It is as large in every epoch.
    if (share.length === 0) return;
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

/** Of one reader that is alone in its thread. */
function ownShare(
  { samples, order, sharding, seed, workers, rank, ranks }: AccessPlan,
  worker: number,
): ShareIn {
  return (epoch) =>
    shareOf(epochOrder(samples, order, seed, epoch), sharding, rank * workers + worker, ranks * workers);
}

/** Epochs that readers are in at the same time. */
const KEPT_EPOCHS = 2;

/**
 * The microbatches of each rank's readers, without end, in the order in which they are taken. An epoch is dealt out once for all readers:
 * they are in the same one, or in neighbouring ones.
 * @param accesses of the ranks: plans that differ only in their rank
 */
export function microbatchesInTurn(accesses: readonly AccessPlan[]): Generator<Uint32Array, void>[] {
  const dealt = new Map<number, Uint32Array[]>();
  const deal = ({ samples, order, sharding, seed, workers, ranks }: AccessPlan, epoch: number) => {
    const known = dealt.get(epoch);
    if (known !== undefined) return known;
    const shares = allShares(epochOrder(samples, order, seed, epoch), sharding, ranks * workers);
    if (dealt.size === KEPT_EPOCHS) dealt.delete(Math.min(...dealt.keys()));
    dealt.set(epoch, shares);
    return shares;
  };
  return accesses.map((access) => inTurn(access, (epoch) => deal(access, epoch)));
}

function* inTurn(
  access: AccessPlan,
  sharesIn: (epoch: number) => Uint32Array[],
): Generator<Uint32Array, void> {
  const { rank, workers } = access;
  const turns = new Turns(sharesOf(access));
  const readers = Array.from({ length: workers }, (_, worker) =>
    microbatchesOf(access, worker, (epoch) => sharesIn(epoch)[rank * workers + worker]!),
  );
  for (;;) {
    const { value, done } = readers[turns.next()]!.next();
    if (done) return;
    yield value;
  }
}

/** How many samples of an epoch each reader of the rank has. */
export function sharesOf({ samples, sharding, rank, ranks, workers }: AccessPlan): number[] {
  return shareSizes(samples, sharding, ranks * workers).slice(rank * workers, (rank + 1) * workers);
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

/**
 * How many microbatches of each reader come in turn before the one that is number `own` of `worker`, as `Turns` would count them one by one.
 * @param counts takes them, one for each share
 * @returns how many that are together: its place among all
 */
export function countBefore(
  shares: readonly number[],
  worker: number,
  own: number,
  counts: Uint32Array,
): number {
  const due = (own + 0.5) / shares[worker]!;
  let together = 0;
  for (let other = 0; other < shares.length; other++) {
    const count = other === worker ? own : countDue(shares[other]!, due, other < worker);
    counts[other] = count;
    together += count;
  }
  return together;
}

/** How many of a share's microbatches are due before `due`, or at the same time where `isFirst`: by the very numbers that `Turns` compares. */
function countDue(share: number, due: number, isFirst: boolean): number {
  if (share === 0) return 0;
  const isBefore = (m: number) => {
    const itsDue = (m + 0.5) / share;
    return itsDue < due || (itsDue === due && isFirst);
  };
  let count = Math.round(due * share);
  while (count > 0 && !isBefore(count - 1)) count--;
  while (isBefore(count)) count++;
  return count;
}

/** How many of the first `microbatches` of a run each reader gives. */
export function countsOf(shares: readonly number[], microbatches: number): Uint32Array {
  const total = sum(shares);
  const before = new Uint32Array(shares.length);
  const isAmong = (worker: number, own: number) => countBefore(shares, worker, own, before) < microbatches;
  return Uint32Array.from(shares, (share, worker) => {
    if (share === 0) return 0;
    let count = Math.floor((microbatches * share) / total);
    while (count > 0 && !isAmong(worker, count - 1)) count--;
    while (isAmong(worker, count)) count++;
    return count;
  });
}

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type AccessOrder, epochOrder } from "./order.ts";
import { type AccessPlan, countsOf, microbatchesOf, turnsOf } from "./schedule.ts";
import { shardings, shareOf, shareSize } from "./sharding.ts";

const anyOrder: fc.Arbitrary<AccessOrder> = fc.oneof(
  fc.constant<AccessOrder>({ kind: "sequential" }),
  fc.constant<AccessOrder>({ kind: "shuffled" }),
  fc.integer({ min: 1, max: 50 }).map((stride): AccessOrder => ({ kind: "strided", stride })),
);
const anyPlan: fc.Arbitrary<Omit<AccessPlan, "rank">> = fc.record({
  samples: fc.integer({ min: 1, max: 300 }),
  order: anyOrder,
  sharding: fc.constantFrom(...shardings),
  seed: fc.integer({ min: 0, max: 2 ** 40 }),
  microbatchSize: fc.integer({ min: 1, max: 20 }),
  ranks: fc.integer({ min: 1, max: 4 }),
  workers: fc.integer({ min: 1, max: 8 }),
});
const sorted = (samples: Iterable<number>) => [...samples].sort((a, b) => a - b);
const all = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("an epoch's order", () => {
  test("visits each sample once, and is the same for the same seed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        anyOrder,
        fc.nat(),
        fc.nat(50),
        (n, order, seed, epoch) => {
          const visited = epochOrder(n, order, seed, epoch);
          expect(sorted(visited)).toEqual(all(n));
          expect(epochOrder(n, order, seed, epoch)).toEqual(visited);
        },
      ),
    );
  });

  test("is another in each epoch, and for each seed, when shuffled", () => {
    const shuffled = (seed: number, epoch: number) =>
      epochOrder(100, { kind: "shuffled" }, seed, epoch).join();
    expect(new Set([shuffled(1, 0), shuffled(1, 1), shuffled(2, 0), shuffled(2, 1)]).size).toBe(4);
  });

  test("strides by the stride, then begins one further", () => {
    expect([...epochOrder(7, { kind: "strided", stride: 3 }, 0, 0)]).toEqual([0, 3, 6, 1, 4, 2, 5]);
    expect([...epochOrder(3, { kind: "strided", stride: 9 }, 0, 0)]).toEqual([0, 1, 2]);
  });
});

describe("shares", () => {
  test("of all readers are the epoch, none twice, in its order", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const order = epochOrder(plan.samples, plan.order, plan.seed, 0);
        const readers = plan.ranks * plan.workers;
        const position = new Map([...order].map((sample, i) => [sample, i]));
        const shares = all(readers).map((reader) => shareOf(order, plan.sharding, reader, readers));
        expect(sorted(shares.flatMap((share) => [...share]))).toEqual(all(plan.samples));
        for (const [reader, share] of shares.entries()) {
          expect(share.length).toBe(shareSize(plan.samples, plan.sharding, reader, readers));
          const positions = [...share].map((sample) => position.get(sample)!);
          expect(positions).toEqual(sorted(positions));
        }
      }),
    );
  });

  test("are pieces, every so many, or the same samples whatever the order", () => {
    const order = epochOrder(10, { kind: "sequential" }, 0, 0);
    expect([...shareOf(order, "contiguous", 1, 3)]).toEqual([3, 4, 5]);
    expect([...shareOf(order, "interleaved", 1, 3)]).toEqual([1, 4, 7]);
    const shuffled = epochOrder(10, { kind: "shuffled" }, 5, 3);
    expect(sorted(shareOf(shuffled, "hash", 1, 3))).toEqual(sorted(shareOf(order, "hash", 1, 3)));
  });

  test("by hash are near to even", () => {
    for (let reader = 0; reader < 8; reader++) {
      // Binomial(80,000, 1/8): mean 10,000, sd 94.
      expect(Math.abs(shareSize(80_000, "hash", reader, 8) - 10_000)).toBeLessThan(500);
    }
  });
});

describe("microbatches", () => {
  test("taken in turns give each sample once an epoch over all ranks", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const visits = new Uint32Array(plan.samples);
        for (let rank = 0; rank < plan.ranks; rank++) {
          const own = { ...plan, rank };
          const readers = all(plan.workers).map((worker) => microbatchesOf(own, worker));
          const turns = turnsOf(own);
          for (let epoch = 0; epoch < 3; epoch++) {
            for (const worker of turns) {
              const batch: Uint32Array = readers[worker]!.next().value;
              expect(batch.length).toBeGreaterThan(0);
              expect(batch.length).toBeLessThanOrEqual(plan.microbatchSize);
              for (const sample of batch) visits[sample]!++;
            }
            if (plan.ranks === 1) expect(visits.every((count) => count === epoch + 1)).toBe(true);
          }
        }
        expect(visits.every((count) => count === 3)).toBe(true);
      }),
    );
  });

  test("are counted for each reader without walking through the run", () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 0, max: 2000 }), (plan, microbatches) => {
        const turns = turnsOf({ ...plan, rank: 0 });
        fc.pre(turns.length > 0);
        const counts = new Uint32Array(plan.workers);
        for (let i = 0; i < microbatches; i++) counts[turns[i % turns.length]!]!++;
        expect(countsOf(turns, plan.workers, microbatches)).toEqual(counts);
      }),
    );
  });

  test("of a reader without a share do not come", () => {
    const plan: AccessPlan = {
      samples: 2,
      order: { kind: "sequential" },
      sharding: "interleaved",
      seed: 0,
      microbatchSize: 4,
      rank: 0,
      ranks: 1,
      workers: 3,
    };
    expect([...microbatchesOf(plan, 2)]).toEqual([]);
    expect([...turnsOf(plan)]).toEqual([0, 1]);
  });
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type AccessOrder, epochOrder } from "./order.ts";
import {
  type AccessPlan,
  countBefore,
  countsOf,
  microbatchesInTurn,
  microbatchesOf,
  sharesOf,
  Turns,
} from "./schedule.ts";
import { allShares, shardings, shareOf, shareSizes } from "./sharding.ts";

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
        expect(allShares(order, plan.sharding, readers)).toEqual(shares);
        expect(shareSizes(plan.samples, plan.sharding, readers)).toEqual(shares.map(({ length }) => length));
        for (const share of shares) {
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
    // Binomial(80,000, 1/8): mean 10,000, sd 94.
    for (const size of shareSizes(80_000, "hash", 8)) expect(Math.abs(size - 10_000)).toBeLessThan(500);
  });
});

describe("microbatches", () => {
  test("are whole, and each reader's share comes once an epoch", () => {
    fc.assert(
      fc.property(anyPlan, fc.nat(3), fc.nat(7), (plan, rank, worker) => {
        fc.pre(rank < plan.ranks && worker < plan.workers);
        const own = { ...plan, rank };
        const reader = rank * plan.workers + worker;
        const share = sharesOf(own)[worker]!;
        const batches = microbatchesOf(own, worker);
        if (share === 0) {
          expect(batches.next().done).toBe(true);
          return;
        }
        const stream: number[] = [];
        while (stream.length < 3 * share) {
          const batch: Uint32Array = batches.next().value;
          expect(batch.length).toBe(plan.microbatchSize);
          stream.push(...batch);
        }
        for (let epoch = 0; epoch < 3; epoch++) {
          const whole = epochOrder(plan.samples, plan.order, plan.seed, epoch);
          const expected = shareOf(whole, plan.sharding, reader, plan.ranks * plan.workers);
          expect(stream.slice(epoch * share, (epoch + 1) * share)).toEqual([...expected]);
        }
      }),
    );
  });

  test("taken in turns give each sample equally often: a microbatch for each sample is as many epochs as a microbatch is large", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const visits = new Uint32Array(plan.samples);
        for (let rank = 0; rank < plan.ranks; rank++) {
          const own = { ...plan, rank };
          const shares = sharesOf(own);
          const samples = shares.reduce((sum, share) => sum + share, 0);
          if (samples === 0) continue;
          const turns = new Turns(shares);
          const readers = all(plan.workers).map((worker) => microbatchesOf(own, worker));
          const [together] = microbatchesInTurn([own]);
          for (let i = 0; i < samples; i++) {
            const microbatch: Uint32Array = readers[turns.next()]!.next().value;
            expect(together!.next().value!).toEqual(microbatch);
            for (const sample of microbatch) visits[sample]!++;
          }
        }
        expect([...visits]).toEqual(new Array(plan.samples).fill(plan.microbatchSize));
      }),
      { numRuns: 40 },
    );
  });
});

describe("turns", () => {
  test("go round where shares are equal, and leave out who has none", () => {
    const turns = new Turns([5, 0, 5, 5]);
    expect(all(7).map(() => turns.next())).toEqual([0, 2, 3, 0, 2, 3, 0]);
  });

  test("are counted without taking them one by one", () => {
    const anyShares = fc
      .array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 8 })
      .filter((shares) => shares.some((share) => share > 0));
    fc.assert(
      fc.property(anyShares, fc.integer({ min: 0, max: 500 }), (shares, microbatches) => {
        const turns = new Turns(shares);
        const before = new Uint32Array(shares.length);
        for (let place = 0; place < microbatches; place++) {
          expect([...countsOf(shares, place)]).toEqual([...turns.given]);
          const given = [...turns.given];
          const worker = turns.next();
          expect(countBefore(shares, worker, given[worker]!, before)).toBe(place);
          expect([...before]).toEqual(given);
        }
      }),
      { numRuns: 20 },
    );
    expect([...countsOf([3, 0, 3], 2_000_000_001)]).toEqual([1_000_000_001, 0, 1_000_000_000]);
  });

  test("keep every reader within a microbatch or two of its share", () => {
    const anyShares = fc
      .array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 8 })
      .filter((shares) => shares.some((share) => share > 0));
    fc.assert(
      fc.property(anyShares, fc.integer({ min: 0, max: 500 }), (shares, microbatches) => {
        const total = shares.reduce((sum, share) => sum + share, 0);
        for (const [worker, given] of countsOf(shares, microbatches).entries()) {
          expect(Math.abs(given - (microbatches * shares[worker]!) / total)).toBeLessThan(shares.length);
        }
      }),
    );
  });
});

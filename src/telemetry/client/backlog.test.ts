import { expect, test } from "bun:test";
import fc from "fast-check";
import { backlogOf, watchBacklog } from "./backlog.ts";

test("counts what is read between a timer and the next turn, and nothing else", async () => {
  let chunks = 0;
  const end = watchBacklog(() => chunks);
  const turns = 10;
  // Chunks that are read apart from one another are no backlog, however many there are.
  for (let turn = 0; turn < turns; turn++) {
    chunks += 1000;
    await Bun.sleep(25);
  }
  const seen = end();
  expect(seen?.n).toBeGreaterThanOrEqual(turns - 1);
  expect(seen?.p50).toBe(0);
});

test("sees what is read in the turn that it looks at", async () => {
  let chunks = 0;
  let isReading = true;
  const end = watchBacklog(() => chunks);
  const turn = () => {
    chunks += 7;
    if (isReading) setImmediate(turn);
  };
  turn();
  await Bun.sleep(100);
  isReading = false;
  expect(end()?.p50).toBe(7);
});

test("no turn, no figures", () => {
  expect(watchBacklog(() => 0)()).toBeNull();
  expect(backlogOf(new Map())).toBeNull();
});

test("quantiles are those of the turns one by one, up to the rank between two", () => {
  const counted = fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 20 })), { minLength: 1 });
  fc.assert(
    fc.property(counted, (pairs) => {
      const turns = new Map(pairs);
      const values = Float64Array.from(
        [...turns].flatMap(([value, n]) => Array<number>(n).fill(value)),
      ).sort();
      const { n, p50, p99, max } = backlogOf(turns)!;
      expect([n, max]).toEqual([values.length, values.at(-1)!]);
      for (const [q, value] of [
        [0.5, p50],
        [0.99, p99],
      ] as const) {
        const below = values.filter((v) => v < value).length / n;
        const upTo = values.filter((v) => v <= value).length / n;
        expect(below).toBeLessThan(q);
        expect(upTo).toBeGreaterThanOrEqual(q - 1e-12);
      }
    }),
  );
});

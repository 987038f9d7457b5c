import { expect, test } from "bun:test";
import fc from "fast-check";
import { Turns } from "../access/schedule.ts";
import { Control } from "./control.ts";
import { Leave } from "./leave.ts";

const shapes = fc.record({
  shares: fc
    .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 })
    .filter((shares) => shares.some((share) => share > 0)),
  ahead: fc.integer({ min: 0, max: 4 }),
  total: fc.integer({ min: 1, max: 40 }),
  seed: fc.infiniteStream(fc.nat()),
});

test("a reader may begin the one that is `ahead` beyond the one asked for, and no other", () => {
  fc.assert(
    fc.property(shapes, ({ shares, ahead, total, seed }) => {
      const turns = new Turns(shares);
      const order = Array.from({ length: total }, () => {
        const worker = turns.next();
        return { worker, own: turns.given[worker]! - 1 };
      });
      const counts = turns.given;
      const control = Control.create(shares.length, 1);
      const leaves = shares.map(
        (_, worker) => new Leave(control, { worker, shares, ahead, count: counts[worker]! }),
      );
      const ready = shares.map(() => 0);
      let asked = 0;
      /** The one that the taker is asking for: the first that is not in memory, if it asked for so many. */
      const wanted = () => order.findIndex(({ worker, own }) => own >= ready[worker]!);
      const mayBegin = (worker: number, k: number) => {
        if (k >= counts[worker]! || asked === 0) return false;
        if (k < ahead) return true;
        const position = order.findIndex((one) => one.worker === worker && one.own === k - ahead);
        return position < asked && (wanted() < 0 || position <= wanted());
      };
      // As threads would, in any order: each reader hands over its next one where it may, the taker asks for more now and then.
      for (let i = 0; i < 20 * total && wanted() >= 0; i++) {
        const choice = Number(seed.next().value) % (shares.length + 1);
        for (const [worker, leave] of leaves.entries()) {
          expect(leave.has(ready[worker]!)).toBe(mayBegin(worker, ready[worker]!));
        }
        if (choice === shares.length) {
          if (wanted() >= asked) control.ask(++asked);
        } else if (mayBegin(choice, ready[choice]!)) {
          control.setReady(choice, ready[choice]!);
          ready[choice]!++;
        }
      }
      // Nobody waits for ever: what was asked for comes.
      for (let i = 0; wanted() >= 0; i++) {
        expect(i).toBeLessThanOrEqual(total);
        control.ask(total);
        asked = total;
        const { worker } = order[wanted()]!;
        expect(leaves[worker]!.await(ready[worker]!)).toBe(true);
        control.setReady(worker, ready[worker]!);
        ready[worker]!++;
      }
      for (const [worker, leave] of leaves.entries()) expect(leave.await(counts[worker]!)).toBe(false);
    }),
  );
});

test("none once the run is to end", () => {
  const control = Control.create(2, 1);
  const leave = new Leave(control, { worker: 0, shares: [1, 1], ahead: 1, count: 5 });
  control.ask(5);
  expect([leave.has(0), leave.has(2)]).toEqual([true, false]);
  control.stop();
  expect([leave.has(0), leave.await(0), leave.await(2)]).toEqual([false, false, false]);
});

import { expect, test } from "bun:test";
import fc from "fast-check";
import { DueHeap, type Timed } from "./due-heap.ts";

const item = (): Timed => ({ fire: () => Number.POSITIVE_INFINITY });

test("gives items in the order of their instants, whatever the order of pushes and pops", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))), (steps) => {
      const heap = new DueHeap();
      const model: { key: number; item: Timed }[] = [];
      for (const key of steps) {
        if (key === null) {
          const earliest = Math.min(...model.map((entry) => entry.key));
          expect(heap.nextMs).toBe(model.length === 0 ? Number.POSITIVE_INFINITY : earliest);
          const popped = heap.pop();
          const at = model.findIndex((entry) => entry.item === popped);
          expect(model[at]?.key).toBe(model.length === 0 ? undefined : earliest);
          if (at >= 0) model.splice(at, 1);
        } else {
          const entry = { key, item: item() };
          heap.push(key, entry.item);
          model.push(entry);
        }
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});

test("grows past its first size", () => {
  const heap = new DueHeap();
  for (let i = 999; i >= 0; i--) heap.push(i, item());
  const keys: number[] = [];
  for (let key = heap.nextMs; heap.pop() !== undefined; key = heap.nextMs) keys.push(key);
  expect(keys).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test("is empty after clear", () => {
  const heap = new DueHeap();
  heap.push(1, item());
  heap.clear();
  expect(heap.pop()).toBeUndefined();
  expect(heap.nextMs).toBe(Number.POSITIVE_INFINITY);
});

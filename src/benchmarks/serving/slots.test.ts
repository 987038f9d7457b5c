import { expect, test } from "bun:test";
import { Slots } from "./slots.ts";

test("a slot that is given back goes to whoever waits longest", async () => {
  const slots = new Slots(1);
  expect([slots.tryTake(), slots.wereFull]).toEqual([true, false]);
  expect([slots.tryTake(), slots.wereFull]).toEqual([false, true]);
  const granted: string[] = [];
  const [first, second] = ["first", "second"].map((name) => slots.wait().then(() => granted.push(name)));
  slots.release(true);
  await first;
  // It is the waiter's by now: nobody can take it in between.
  expect([granted, slots.taken, slots.tryTake()]).toEqual([["first"], 1, false]);
  slots.release(true);
  await second;
  slots.release(true);
  expect([granted, slots.taken]).toEqual([["first", "second"], 0]);
});

test("one that is not passed on is free, and who waits goes on waiting until all give up", async () => {
  const slots = new Slots(1);
  slots.tryTake();
  const waiting = [slots.wait(), slots.wait()];
  slots.release(false);
  expect(slots.taken).toBe(0);
  slots.giveUp();
  expect(await Promise.all(waiting)).toEqual([false, false]);
  expect([slots.taken, slots.tryTake()]).toEqual([0, true]);
});

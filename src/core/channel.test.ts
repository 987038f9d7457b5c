import { expect, test } from "bun:test";
import fc from "fast-check";
import { Channel } from "./channel.ts";

async function readAll<T>(channel: Channel<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of channel) items.push(item);
  return items;
}

test("gives what was pushed before anybody read, in order, and ends when closed", async () => {
  const channel = new Channel<number>();
  for (const item of [1, 2, 3]) channel.push(item);
  channel.close();
  expect(await readAll(channel)).toEqual([1, 2, 3]);
});

test("a reader that waits gets each item as it comes", async () => {
  const channel = new Channel<string>();
  const reader = channel[Symbol.asyncIterator]();
  const first = reader.next();
  channel.push("a");
  expect(await first).toEqual({ value: "a", done: false });
  const second = reader.next();
  channel.push("b");
  channel.push("c");
  expect(await second).toEqual({ value: "b", done: false });
  expect(await reader.next()).toEqual({ value: "c", done: false });
  const end = reader.next();
  channel.close();
  expect(await end).toEqual({ value: undefined, done: true });
});

test("items pushed while the reader is busy with one are not lost", async () => {
  const channel = new Channel<number>();
  channel.push(0);
  const seen: number[] = [];
  for await (const item of channel) {
    seen.push(item);
    if (item < 3) channel.push(item + 1);
    else channel.close();
  }
  expect(seen).toEqual([0, 1, 2, 3]);
});

test("an empty closed channel ends at once", async () => {
  const channel = new Channel<never>();
  channel.close();
  expect(await readAll(channel)).toEqual([]);
});

test("keeps order and number whatever turns the event loop takes between pushes", async () => {
  const steps = fc.array(fc.constantFrom("push", "microtask", "turn"), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const channel = new Channel<number>();
      const reading = readAll(channel);
      let pushed = 0;
      for (const step of steps) {
        if (step === "push") channel.push(pushed++);
        else if (step === "microtask") await null;
        else await new Promise((resolve) => setImmediate(resolve));
      }
      channel.close();
      expect(await reading).toEqual(Array.from({ length: pushed }, (_, i) => i));
    }),
  );
});

import { expect, test } from "bun:test";
import { join } from "node:path";
import { FutexWords } from "./futex.ts";

const LENGTH = 3;
const AT = 8;
const shared = () => new SharedArrayBuffer(AT + FutexWords.bytes(LENGTH));

/** A thread that runs `code` with `words` over the memory, and posts what that returns. */
function inThread(memory: SharedArrayBuffer, code: string): { answer: Promise<unknown>; end(): void } {
  const source = `
    import { FutexWords } from ${JSON.stringify(join(import.meta.dir, "futex.ts"))};
    self.onmessage = ({ data }) => {
      const words = new FutexWords(data, ${AT}, ${LENGTH});
      postMessage((() => { ${code} })());
    };`;
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(memory);
  return { answer: promise, end: () => worker.terminate() };
}

test("each word has a place of its own, and nobody sleeps on what changed already", () => {
  const memory = shared();
  const words = new FutexWords(memory, AT, LENGTH);
  for (let at = 0; at < LENGTH; at++) words.set(at, at + 10);
  words.replace(1, 11, 21);
  words.replace(2, 11, 21);
  expect([0, 1, 2].map((at) => words.get(at))).toEqual([10, 21, 12]);
  expect([...new Int32Array(memory)]).toEqual([0, 0, 10, 21, 12, 0, 0, 0]);
  for (let at = 0; at < LENGTH; at++) words.sleepWhile(at, 0);
});

test("threads wake one another, turn after turn", async () => {
  const memory = shared();
  const turns = 5000;
  const threads = [
    `for (let turn = 0; turn < ${turns}; turn++) {
       words.set(0, turn + 1);
       while (words.get(1) === turn) words.sleepWhile(1, turn);
     }`,
    `for (let turn = 0; turn < ${turns}; turn++) {
       while (words.get(0) === turn) words.sleepWhile(0, turn);
       words.set(1, turn + 1);
     }`,
  ].map((code) => inThread(memory, code));
  try {
    await Promise.all(threads.map(({ answer }) => answer));
  } finally {
    for (const { end } of threads) end();
  }
  expect([...new Int32Array(memory)].slice(2)).toEqual([turns, turns, 0, 0, 0, 0]);
});

test("all who sleep are woken", async () => {
  const memory = shared();
  const words = new FutexWords(memory, AT, LENGTH);
  const threads = Array.from({ length: 3 }, () =>
    inThread(memory, "while (words.get(2) === 0) words.sleepWhile(2, 0); return words.get(2);"),
  );
  try {
    const sleepers = new Int32Array(memory, AT + 4 * LENGTH, LENGTH);
    while (Atomics.load(sleepers, 2) < threads.length) await Bun.sleep(1);
    words.set(2, 7);
    expect(await Promise.all(threads.map(({ answer }) => answer))).toEqual([7, 7, 7]);
  } finally {
    for (const { end } of threads) end();
  }
});

import { expect, test } from "bun:test";
import fc from "fast-check";
import { fakeSessions, saidIn } from "./conversation.fake.ts";

const think = { kind: "exponential", meanMs: 1000 } as const;
const turnCounts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 });

test("requests are numbered session by session without gaps, whatever is asked first", () => {
  fc.assert(
    fc.property(turnCounts, fc.integer({ min: 1, max: 40 }), (counts, sessions) => {
      const source = fakeSessions(counts);
      const backwards = Array.from({ length: sessions }, (_, i) => source.at(sessions - 1 - i)).reverse();
      let next = 0;
      for (const [i, { number, firstIndex, turns }] of backwards.entries()) {
        expect([number, firstIndex]).toEqual([i, next]);
        next += turns.length;
      }
    }),
  );
});

test("each conversation is held once before any is held again, in another order", () => {
  const source = fakeSessions(Array.from({ length: 20 }, () => 2));
  const round = (from: number) => Array.from({ length: 20 }, (_, i) => saidIn(source.at(from + i))[0]!);
  expect(round(20).toSorted()).toEqual(round(0).toSorted());
  expect(new Set(round(0)).size).toBe(20);
  expect(round(20)).not.toEqual(round(0));
});

test("think times are the seed's, the same whoever asks first, and each request's own", () => {
  const [a, b] = [fakeSessions([4, 6], think), fakeSessions([4, 6], think)];
  const forwards = Array.from({ length: 1000 }, (_, i) => a.thinkMs(i));
  for (let i = 999; i >= 0; i--) expect(b.thinkMs(i)).toBe(forwards[i]!);
  expect(new Set(forwards).size).toBe(1000);
  expect(Math.min(...forwards)).toBeGreaterThanOrEqual(0);
  // The mean of 1,000 exponential times has a standard error of 32 ms.
  const mean = forwards.reduce((sum, ms) => sum + ms, 0) / 1000;
  expect(Math.abs(mean - 1000)).toBeLessThan(5 * 32);
});

test("says what it is", () => {
  const source = fakeSessions([4, 6], think);
  expect([source.conversations, source.mostTurns, source.cutShort]).toEqual([2, 6, 0]);
  expect(source.describe).toEqual({
    kind: "test",
    conversations: 2,
    cutShort: 0,
    turns: 10,
    thinkTime: think,
  });
});

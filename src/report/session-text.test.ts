import { expect, test } from "bun:test";
import { record } from "../benchmarks/serving/record.fake.ts";
import { sessionFigures } from "../benchmarks/serving/session-figures.ts";
import type { SessionFigures } from "../benchmarks/serving/summary-shape.ts";
import { sessionLines, turnTable } from "./session-text.ts";

const figures = (cachedTokens: number | null): SessionFigures =>
  sessionFigures(
    [0, 1, 2].map((turn) => ({
      ...record({ session: 0, turn, turns: 5, firstTokenAt: 40 - 10 * turn }),
      usage: { promptTokens: 100, completionTokens: 2, cachedTokens, reasoningTokens: null },
    })),
  );

test("what became of sessions and turns", () => {
  expect(sessionLines(figures(null))).toEqual([
    "Sessions    1 begun · 0 completed · 0 broken off · 1 cut off",
    "Turns       3 of 5 due · unsent: 2 at the end",
  ]);
});

test("first turns against later ones, with what was cached where it is known", () => {
  expect(turnTable(figures(80))).toEqual([
    "By turn, TTFT in ms  n  prompt tok  cached  mean    p50    p90    p99",
    "first turns          1         100  80.0 %  40.0  40.0*  40.0*  40.0*",
    "later turns          2         100  80.0 %  25.0  25.0*  29.0*  29.9*",
  ]);
  expect(turnTable(figures(null))[0]).not.toContain("cached");
});

test("fits 80 columns with large numbers", () => {
  const many = 99_999;
  const turn = { ...figures(80).laterTurns, succeeded: many, promptTokensMean: 123_456 };
  const large = {
    ...figures(80),
    started: many,
    completed: many,
    brokenOff: many,
    cutOff: many,
    turns: { planned: 9999, due: 9999, unsentAfterFailure: 9999, unsentAtEnd: 9999 },
    firstTurns: turn,
    laterTurns: turn,
  };
  for (const line of [...sessionLines(large), ...turnTable(large)])
    expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
});

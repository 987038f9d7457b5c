import { expect, test } from "bun:test";
import { record } from "./record.fake.ts";
import type { FailureClass, RequestRecord } from "./record.ts";
import { sessionFigures } from "./session-figures.ts";

const turn = (session: number, number: number, turns: number, given: Partial<RequestRecord> = {}) => ({
  ...record({ session, turn: number, turns }),
  ...given,
});
const failed = (failureClass: FailureClass) =>
  ({ failure: { class: failureClass, phase: "body", message: "" } }) as const;
const used = (promptTokens: number, cachedTokens: number | null) => ({
  usage: { promptTokens, completionTokens: 2, cachedTokens, reasoningTokens: null },
});

test("sessions are completed, broken off by their own failure, or cut off by the end", () => {
  const run = [
    // Completed, turns in any order.
    turn(0, 1, 2),
    turn(0, 0, 2),
    turn(1, 0, 1),
    // Broken off: by a failure, and by an answer without text.
    turn(2, 0, 4),
    turn(2, 1, 4, failed("http-5xx")),
    turn(3, 0, 3, { channels: { answer: 0, reasoning: 2, tool: 0 } }),
    // The last turn's failure leaves nothing unsent, and its silence is no harm.
    turn(4, 0, 1, failed("empty")),
    turn(5, 0, 1, { channels: { answer: 0, reasoning: 2, tool: 0 } }),
    // Cut off: between two turns, and in one.
    turn(6, 0, 3),
    turn(7, 0, 5, failed("aborted")),
  ];
  expect(sessionFigures(run)).toMatchObject({
    started: 8,
    completed: 3,
    brokenOff: 3,
    cutOff: 2,
    turns: { planned: 20, due: 10, unsentAfterFailure: 4, unsentAtEnd: 6 },
  });
});

test("every planned turn was due or is counted as never sent", () => {
  const run = [turn(0, 0, 9), turn(1, 0, 7, failed("reset")), turn(2, 0, 1)];
  const { turns } = sessionFigures(run);
  expect(turns.due + turns.unsentAfterFailure + turns.unsentAtEnd).toBe(turns.planned);
});

test("first turns stand against later ones, by TTFT, prompt length and what was cached", () => {
  const run = [
    turn(0, 0, 3, { ...used(10, 0), firstTokenAt: 40 }),
    turn(0, 1, 3, { ...used(30, 15), firstTokenAt: 10 }),
    turn(0, 2, 3, { ...used(50, 45), firstTokenAt: 20 }),
    turn(1, 0, 3, { ...used(20, 0), firstTokenAt: 60 }),
    turn(1, 1, 3, { ...used(99, 99), ...failed("http-5xx"), firstTokenAt: null }),
  ];
  const { firstTurns, laterTurns, byTurn } = sessionFigures(run);
  expect(firstTurns).toMatchObject({ due: 2, succeeded: 2, promptTokensMean: 15, cachedShare: 0 });
  expect(laterTurns).toMatchObject({ due: 3, succeeded: 2, promptTokensMean: 40, cachedShare: 0.75 });
  expect([firstTurns.ttft?.mean, laterTurns.ttft?.mean]).toEqual([50, 15]);
  expect(byTurn.map((t) => [t.turn, t.due, t.succeeded, t.ttft?.mean])).toEqual([
    [1, 2, 2, 50],
    [2, 2, 1, 10],
    [3, 1, 1, 20],
  ]);
});

test("what a server does not count is not known, not 0", () => {
  const { firstTurns, laterTurns } = sessionFigures([turn(0, 0, 2, used(10, null))]);
  expect(firstTurns).toMatchObject({ promptTokensMean: 10, cachedShare: null });
  expect(laterTurns).toEqual({
    due: 0,
    succeeded: 0,
    promptTokensMean: null,
    cachedShare: null,
    ttft: null,
  });
});

test("from the tenth on, turns share their figures", () => {
  const { byTurn } = sessionFigures(Array.from({ length: 13 }, (_, i) => turn(0, i, 13)));
  expect(byTurn.map(({ turn: number, andLater, due }) => [number, andLater, due])).toEqual([
    ...Array.from({ length: 9 }, (_, i) => [i + 1, false, 1]),
    [10, true, 4],
  ]);
});

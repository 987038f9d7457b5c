import { expect, test } from "bun:test";
import { record } from "../record.fake.ts";
import type { RequestRecord } from "../record.ts";
import { fakeSessions } from "../workload/conversation.fake.ts";
import { owedTurns } from "./owed-turns.ts";

const sessions = fakeSessions([3], { kind: "constant", ms: 50 });
const turn = (session: number, number: number, given: Partial<RequestRecord> = {}) => ({
  ...record({ session, turn: number, turns: 3, endAt: 1000 + 10 * number }),
  ...given,
});
const failed = { failure: { class: "http-5xx", phase: "connect", message: "" } } as const;
const shown = (...given: Parameters<typeof owedTurns>) =>
  owedTurns(...given).map(({ index, place, intendedAt }) => [index, place.session, place.turn, intendedAt]);

test("by a schedule: the next turn of each session that was not over, the first of those that had not begun", () => {
  const finished = [
    turn(0, 0),
    turn(0, 1),
    turn(1, 0),
    turn(1, 1),
    turn(1, 2),
    turn(2, 0, failed),
    turn(3, 0, { channels: { answer: 0, reasoning: 2, tool: 0 } }),
  ];
  const begun = Float64Array.of(900, 901, 902, 903, 904, 905);
  expect(shown(sessions, finished, { begun, diedAt: 2000, sent: 0 })).toEqual([
    [2, 0, 2, 1060],
    [12, 4, 0, 904],
    [15, 5, 0, 905],
  ]);
});

test("in a closed loop: sessions up to the last one seen, and what was sent beyond and never finished", () => {
  const finished = [turn(1, 0), turn(2, 0), turn(2, 1), turn(2, 2)];
  // Session 0 was in its first turn, session 1 in its second or before it, and a third one had just begun.
  expect(shown(sessions, finished, { begun: null, diedAt: 2000, sent: 7 })).toEqual([
    [0, 0, 0, 2000],
    [4, 1, 1, 1050],
    [9, 3, 0, 2000],
  ]);
  expect(shown(sessions, [], { begun: null, diedAt: 2000, sent: 0 })).toEqual([]);
});

import { expect, test } from "bun:test";
import { ExitCode } from "../../core/errors.ts";
import { exitOf, marksOf, validityOf } from "./judge.ts";
import { fakeFigures, fakeLevel } from "./level.fake.ts";
import { fakeProfile } from "./profile.fake.ts";

const unfit = fakeFigures({ validity: { verdict: "unfit", reasons: ["late"] } });
const missed = fakeFigures({ gatesFailed: 1 });

test.each([
  ["all well", [fakeLevel()], {}, ExitCode.ok],
  ["an unfit client", [fakeLevel(), fakeLevel({ figures: unfit })], {}, ExitCode.clientUnfit],
  ["unfit beyond saturation only", [fakeLevel({ figures: unfit, saturated: true })], {}, ExitCode.ok],
  [
    "unfit at full throughput only",
    [fakeLevel({ figures: unfit, role: "full-throughput" })],
    {},
    ExitCode.ok,
  ],
  ["a gate missed", [fakeLevel({ figures: missed })], {}, ExitCode.gateFailed],
  ["a gate missed in the search", [fakeLevel({ figures: missed, role: "capacity" })], {}, ExitCode.ok],
  ["unfit in the search", [fakeLevel({ figures: unfit, role: "capacity" })], {}, ExitCode.ok],
  [
    "a server that sheds load in the search",
    [fakeLevel({ status: "failed", role: "capacity" })],
    {},
    ExitCode.ok,
  ],
  ["a level that failed", [fakeLevel({ status: "failed", figures: unfit })], {}, ExitCode.runFailed],
  ["interrupted", [fakeLevel({ status: "failed" })], { status: "interrupted" }, ExitCode.interrupted],
  ["the rest failed", [fakeLevel()], { status: "failed" }, ExitCode.runFailed],
] as const)("%s", (_, levels, run, exit) => {
  expect(exitOf(fakeProfile({ levels: [...levels] }, run))).toBe(exit);
});

test("a capacity that was not found is a gate that failed", () => {
  const capacity = {
    ratePerS: null,
    low: null,
    high: null,
    share: 0.95,
    confidence: 0.95,
    trials: [],
    reason: "no rate was good",
    at: null,
  } as const;
  expect(exitOf(fakeProfile({ levels: [fakeLevel()], capacity }))).toBe(ExitCode.gateFailed);
});

test("the worst verdict, with the levels that gave it", () => {
  const doubtful = fakeFigures({ validity: { verdict: "doubtful", reasons: ["slow"] } });
  const levels = [fakeLevel({ figures: doubtful }), fakeLevel({ name: "02-rate-8", figures: unfit })];
  expect(validityOf(levels)).toEqual({ verdict: "unfit", reasons: ["02-rate-8: late"] });
  const trial = fakeLevel({ figures: unfit, role: "capacity" });
  expect(validityOf([fakeLevel(), trial])).toEqual({ verdict: "fit", reasons: [] });
});

test("marks", () => {
  const idle = { isIdle: false, probes: 3, waitedMs: 1000, ttftMs: 900, failure: null, baselineTtftMs: 20 };
  const requests = { total: 100, succeeded: 90, failed: 10, censored: 2, byClass: {} };
  const level = {
    status: "complete",
    saturated: true,
    idle,
    backlog: null,
    figures: fakeFigures({ requests }),
  } as const;
  expect(marksOf(level)).toEqual(["saturated", "not-idle", "failures"]);
  expect(marksOf(fakeLevel())).toEqual([]);
  const backlog = { due: 400, failed: 0, grown: 100, filling: 0, burst: 0 };
  expect(marksOf(fakeLevel({ backlog }))).toEqual(["piled-up"]);
  expect(marksOf(fakeLevel({ backlog, saturated: true }))).toEqual(["saturated"]);
  expect(marksOf(fakeLevel({ figures: fakeFigures({ hitCap: "client" }) }))).toEqual(["held-back"]);
  expect(marksOf(fakeLevel({ figures: missed }))).toEqual(["gate-failed"]);
  expect(marksOf({ ...level, status: "failed", saturated: false, idle: null })).toEqual(["failed"]);
});

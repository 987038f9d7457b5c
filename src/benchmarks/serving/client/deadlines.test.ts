import { expect, test } from "bun:test";
import { Deadlines, type TimeLimits } from "./deadlines.ts";
import type { CutOff } from "./failure.ts";

const none: TimeLimits = {
  firstTokenMs: Number.POSITIVE_INFINITY,
  betweenChunksMs: Number.POSITIVE_INFINITY,
  totalMs: Number.POSITIVE_INFINITY,
};

/** A clock that the test sets; the sweep's timer runs in real time. */
function stage(limits: Partial<TimeLimits>) {
  const time = { now: 1000 };
  const deadlines = new Deadlines({ ...none, ...limits }, { now: () => time.now, toUnixMs: (ms) => ms });
  const controller = new AbortController();
  const deadline = deadlines.start(time.now, controller);
  const aborted = new Promise<CutOff>((resolve) => {
    controller.signal.addEventListener("abort", () => resolve(controller.signal.reason));
  });
  return { time, deadlines, deadline, controller, aborted };
}

test("no token in time", async () => {
  const { time, deadlines, deadline, aborted } = stage({ firstTokenMs: 50 });
  time.now += 51;
  expect((await aborted).class).toBe("timeout-first-token");
  deadlines.stop(deadline);
});

test("a stream that falls silent", async () => {
  const { time, deadlines, deadline, aborted } = stage({ firstTokenMs: 50, betweenChunksMs: 80 });
  deadline.hasToken = true;
  deadline.lastChunkAt = time.now + 20;
  time.now += 101;
  expect((await aborted).class).toBe("timeout-between-chunks");
  deadlines.stop(deadline);
});

test("the whole takes too long", async () => {
  const { time, deadlines, deadline, aborted } = stage({ totalMs: 200, betweenChunksMs: 80 });
  deadline.hasToken = true;
  time.now += 201;
  deadline.lastChunkAt = time.now;
  expect((await aborted).class).toBe("timeout-total");
  deadlines.stop(deadline);
});

test("a second request is looked at in its turn, after the first was in time", async () => {
  const { time, deadlines, deadline } = stage({ firstTokenMs: 100 });
  time.now += 60;
  const second = new AbortController();
  const open = deadlines.start(time.now, second);
  deadline.hasToken = true;
  time.now += 101;
  await new Promise<void>((resolve) => second.signal.addEventListener("abort", () => resolve()));
  expect(deadline.controller.signal.aborted).toBe(false);
  deadlines.stop(deadline);
  deadlines.stop(open);
});

test("what was stopped is left alone, and all that is open can be ended", () => {
  const { deadlines, deadline, controller } = stage({});
  const second = new AbortController();
  const open = deadlines.start(1000, second);
  deadlines.stop(deadline);
  deadlines.abortAll("the run is over");
  expect(controller.signal.aborted).toBe(false);
  expect(second.signal.reason).toEqual({ class: "aborted", message: "the run is over" });
  deadlines.stop(open);
  expect(deadlines.inFlight).toBe(0);
});

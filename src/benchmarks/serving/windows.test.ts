import { expect, test } from "bun:test";
import { rngFor } from "../../core/rng.ts";
import { record } from "./record.fake.ts";
import { steadyWindow, timesOf } from "./windows.ts";

/** A request each 10 ms; TTFT falls from 500 to 50 ms over the first 200 of 1,000, with noise. */
function run(warmup: number) {
  const rng = rngFor(5, "windows");
  return Array.from({ length: 1000 }, (_, i) => {
    const at = 10 * i;
    const extra = i < warmup ? 450 * (1 - i / warmup) : 0;
    const ttft = (50 + extra) * (1 + 0.1 * rng.normal());
    return record({
      index: i,
      intendedAt: at,
      sentAt: at,
      firstTokenAt: at + ttft,
      lastTokenAt: at + ttft,
      endAt: at + ttft + 1,
    });
  });
}

const times = (warmup: number) => run(warmup).map(timesOf);

test("the steady window begins when the warm-up is over", () => {
  const window = steadyWindow(times(200))!;
  expect(window.cut).toBe("mser-5");
  expect(window.startAt).toBeGreaterThan(1500);
  expect(window.startAt).toBeLessThan(4000);
  expect(window.endAt).toBe(9990);
});

test("a run that is steady from the start loses little", () => {
  expect(steadyWindow(times(0))!.startAt).toBeLessThan(1500);
});

test("with sessions it ends with the last start of one: after that the load declines", () => {
  const records = run(0).map((r, i) => ({ ...r, session: i, turn: i <= 700 ? 0 : 1, turns: 2 }));
  expect(steadyWindow(records.map(timesOf))!.endAt).toBe(7000);
});

test("a short run loses its first tenth", () => {
  expect(steadyWindow(times(0).slice(0, 21))).toMatchObject({ startAt: 20, endAt: 200, cut: "first tenth" });
});

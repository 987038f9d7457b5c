import { expect, test } from "bun:test";
import type { Clock } from "../../../core/clock.ts";
import { EmulatedCompute } from "./compute.ts";
import { Control } from "./control.ts";

/** A clock that each look moves on, and a thread that is woken so late. */
function emulated(lateMs: () => number) {
  let now = 1000;
  const clock: Clock = {
    now() {
      now += 0.001;
      return now;
    },
    toUnixMs: (atMs) => atMs,
  };
  const control = Control.create(1, 1);
  control.pause = (ms) => {
    now += ms + lateMs();
  };
  return { compute: new EmulatedCompute(clock, control), clock, control };
}

/** Steps of `ms`, one after the other. @returns how long each took */
function steps(compute: EmulatedCompute, clock: Clock, ms: number, count: number): number[] {
  let at = clock.now();
  return Array.from({ length: count }, () => {
    const from = at;
    at = compute.run(from, ms);
    return at - from;
  });
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test.each([0.05, 0.4, 10])(
  "a step of %p ms ends on time where the thread is woken within the last tenth of a ms",
  (ms) => {
    const { compute, clock } = emulated(() => 0.08);
    const taken = steps(compute, clock, ms, 100);
    expect(Math.abs(sum(taken) / (100 * ms) - 1)).toBeLessThan(0.003);
    for (const one of taken) expect(Math.abs(one - ms)).toBeLessThan(0.0025);
  },
);

test("what some steps took too long, the next ones give back, each by at most 5 %", () => {
  let step = 0;
  const { compute, clock } = emulated(() => (step++ % 50 === 0 ? 0.6 : 0));
  const taken = steps(compute, clock, 1, 500);
  expect(Math.abs(sum(taken) / 500 - 1)).toBeLessThan(0.005);
  expect(Math.max(...taken)).toBeGreaterThan(1.4);
  expect(Math.min(...taken)).toBeGreaterThanOrEqual(0.95);
});

test("a stall is made up for by as much as ten steps' time, and shows as an error beyond that", () => {
  let step = 0;
  const { compute, clock } = emulated(() => (step++ === 0 ? 2000 : 0));
  const taken = steps(compute, clock, 10, 1000);
  expect(taken.filter((ms) => ms < 9.6).length).toBeLessThanOrEqual(201);
  expect(sum(taken) / 10_000 - 1).toBeCloseTo(0.19, 3);
});

test("steps that are short by draw take no debt away from long ones", () => {
  let step = 0;
  const { compute, clock } = emulated(() => (step++ === 0 ? 5 : 0));
  let at = clock.now();
  let total = 0;
  for (let i = 0; i < 200; i++) {
    const from = at;
    at = compute.run(from, i % 2 === 0 ? 10 : 0);
    total += at - from;
  }
  expect(Math.abs(total / 1000 - 1)).toBeLessThan(0.001);
});

test("a thread that is always woken far too late stays too long", () => {
  const { compute, clock } = emulated(() => 0.5);
  expect(sum(steps(compute, clock, 1, 200)) / 200).toBeGreaterThan(1.3);
});

test("ends at once when the run does, and takes no time for no compute", () => {
  const { compute, clock, control } = emulated(() => 0);
  const from = clock.now();
  expect(compute.run(from, 0) - from).toBeLessThan(0.01);
  control.stop();
  control.pause = () => {};
  const stopped = clock.now();
  expect(compute.run(stopped, 1e9) - stopped).toBeLessThan(0.01);
});

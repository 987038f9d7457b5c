import { expect, test } from "bun:test";
import { fakeFigures, fakeLevel } from "./level.fake.ts";
import { hasGoodTrial, loneLevel, lostAlone } from "./lone-requests.ts";

function alone(good: number, total: number, verdict: "fit" | "unfit" = "fit") {
  const fraction = good / total;
  const goodput = { good, total, fraction, low: 0, high: 1, perS: 1, missed: {}, isMet: null };
  const figures = fakeFigures({ goodput, validity: { verdict, reasons: [] } });
  return fakeLevel({ name: "01-users-1", load: { kind: "users", users: 1 }, figures });
}

test("lone requests that miss the limits leave no capacity to be found", () => {
  expect(lostAlone(alone(1, 40), 0.95)).toMatchObject({
    ratePerS: null,
    reason: "no load meets the limits: even one request at a time does in 2.5 % (1 of 40, level 01-users-1)",
  });
  expect(lostAlone(alone(20, 20), 0.95)).toBeNull();
  // By chance, perhaps.
  expect(lostAlone(alone(18, 20), 0.95)).toBeNull();
  expect(lostAlone(alone(150, 200), 0.95)).not.toBeNull();
});

test("only a level of one user that was fit tells of lone requests", () => {
  expect(loneLevel([fakeLevel(), alone(1, 2, "unfit"), alone(1, 3)])?.figures?.n).toBe(100);
  expect(loneLevel([fakeLevel({ load: { kind: "users", users: 2 } }), alone(1, 2, "unfit")])).toBeNull();
});

test("a rate that was good needs no lone requests", () => {
  const trial = { ratePerS: 4, good: 96, total: 100, saturated: false };
  expect(hasGoodTrial(0.95, [fakeLevel(), fakeLevel({ trial })])).toBe(true);
  expect(hasGoodTrial(0.97, [fakeLevel({ trial })])).toBe(false);
  expect(hasGoodTrial(0.95, [fakeLevel({ trial: { ...trial, saturated: true } })])).toBe(false);
});

import { expect, test } from "bun:test";
import { fakeLevel } from "../../../benchmarks/profile/level.fake.ts";
import { fakeProfile } from "../../../benchmarks/profile/profile.fake.ts";
import { profileSections } from "./sections.ts";

const level = (number: number, ratePerS: number, given = {}) =>
  fakeLevel({ number, name: `0${number}-rate-${ratePerS}`, load: { kind: "rate", ratePerS }, ...given });

test("a page begins with the capacity in a few words, and reasons are grouped and folded", () => {
  const reasons = Array.from({ length: 27 }, (_, i) => `${i}-rate-4: lateness p99 is ${i} % of it`);
  const capacity = {
    ratePerS: 8.3,
    low: 8,
    high: 8.6,
    share: 0.95,
    confidence: 0.95 as const,
    trials: [],
    reason: null,
    at: null,
  };
  const levels = [level(1, 4)];
  const validity = { verdict: "unfit" as const, reasons };
  const [first] = profileSections(fakeProfile({ levels, capacity, validity }), null);
  const text = first!.body.text.replace(/<[^>]+>/g, " ");
  expect(text.indexOf("8.30 req/s [8.00 to 8.60]")).toBeLessThan(60);
  expect(first!.body.text).toContain("<summary>1 reason</summary>");
});

test("levels stand in the order of load, trials folded below, with the share that the search used", () => {
  const trial = { ratePerS: 8, good: 50, total: 100, saturated: false, goodIn: null };
  const levels = [level(1, 16), level(2, 4), level(3, 8, { role: "capacity", trial })];
  const { text } = profileSections(fakeProfile({ levels }), null)[1]!.body;
  const order = ["4 req/s", "16 req/s", "1 trial of the capacity search", "8 req/s", "50.0 %"];
  const places = order.map((part) => text.indexOf(part));
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places[0]).toBeGreaterThan(0);
});

test("sections of several profiles have ids of their own, whatever they are called", () => {
  const names = ["a b", "a-b", "a_b", "a/b", "a  b", "a_20_b", "ä", "A b"];
  const ids = names.flatMap((name) => profileSections(fakeProfile({}), name).map(({ id }) => id));
  expect(new Set(ids).size).toBe(2 * names.length);
  for (const id of ids) expect(id).toMatch(/^[\w-]+$/);
});

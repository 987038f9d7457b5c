import { expect, test } from "bun:test";
import { derived, type LevelLoad, levelOfName, loadLabel, makeLevel } from "./level.ts";

const limits = { seed: 7, durationMs: 10_000, requests: null, allAtOnce: 1000 };
const at = (ratePerS: number): LevelLoad => ({ kind: "rate", ratePerS });

test("a rate sends floor(rate × duration) requests, and at least one", () => {
  expect(makeLevel(1, "listed", at(2.55), limits)).toMatchObject({ requests: 25, durationMs: null });
  expect(makeLevel(1, "listed", at(0.01), limits).requests).toBe(1);
  expect(makeLevel(1, "listed", at(2), { ...limits, requests: 7 }).requests).toBe(7);
  expect(makeLevel(1, "capacity", at(2), limits, 300).requests).toBe(300);
});

test("users send for the whole time; all at once sends its own number; --until leaves both open", () => {
  expect(makeLevel(1, "listed", { kind: "users", users: 3 }, limits)).toMatchObject({
    requests: null,
    durationMs: 10_000,
  });
  expect(makeLevel(1, "listed", { kind: "all-at-once" }, limits)).toMatchObject({
    requests: 1000,
    durationMs: null,
  });
  expect(makeLevel(1, "listed", at(2), { ...limits, durationMs: null })).toMatchObject({
    requests: null,
    durationMs: null,
  });
});

test("names are directories, and tell levels of one load apart", () => {
  const names = [
    at(0.5),
    at(1 / 3),
    { kind: "users", users: 16 } as const,
    { kind: "all-at-once" } as const,
  ].map((load, i) => makeLevel(i + 1, "listed", load, limits).name);
  expect(names).toEqual(["01-rate-0.5", "02-rate-0.333333", "03-users-16", "04-all-at-once"]);
});

test("each level has its own send times, the same in each start", () => {
  const seeds = [1, 2, 3].map((number) => makeLevel(number, "listed", at(2), limits).arrivalSeed);
  expect(new Set(seeds).size).toBe(3);
  expect(makeLevel(2, "listed", at(2), limits).arrivalSeed).toBe(seeds[1]!);
  expect(derived(7, "salt", 1)).not.toBe(derived(7, "level", 1));
});

test("labels fit their column", () => {
  expect([0.333333, 4, 12.3456, 123.456, 1234.5].map((rate) => loadLabel(at(rate)))).toEqual([
    "0.333 req/s",
    "4 req/s",
    "12.3 req/s",
    "123 req/s",
    "1235 req/s",
  ]);
  expect(loadLabel({ kind: "users", users: 1 })).toBe("1 user");
});

test("a level's directory says its number and load", () => {
  for (const load of [
    { kind: "rate", ratePerS: 15.8006 },
    { kind: "rate", ratePerS: 1e-7 },
    { kind: "users", users: 512 },
    { kind: "all-at-once" },
  ] as const) {
    const { number, name } = makeLevel(12, "listed", load, limits);
    expect(levelOfName(name)).toEqual({ number, name, load });
  }
  for (const name of [
    "levels",
    "1-rate-4",
    "01-rate-",
    "01-rate-0",
    "01-rate-e",
    "01-users-x",
    "01-all-at-once~",
  ])
    expect(levelOfName(name)).toBeNull();
});

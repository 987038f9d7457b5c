import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeLevel } from "../../benchmarks/profile/level.fake.ts";
import { fakeProfile } from "../../benchmarks/profile/profile.fake.ts";
import { ToolError } from "../../core/errors.ts";
import { readProfile } from "./saved-profile.ts";

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "inferbench-saved-"));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const whole = fakeProfile({ levels: [fakeLevel()] });

/** Writes a profile of one level with other values at these places (undefined: none), and reads it. */
function reread(other: Record<string, unknown>) {
  const profile = structuredClone(whole);
  for (const [place, value] of Object.entries(other)) {
    const keys = place.split(".");
    const last = keys.pop()!;
    let at: unknown = profile;
    for (const key of keys) at = (at as Record<string, unknown>)[key];
    (at as Record<string, unknown>)[last] = value;
  }
  writeFileSync(join(path, "profile.json"), JSON.stringify(profile));
  return readProfile(path);
}

test("a profile comes back as it was written, with what a newer version added", () => {
  expect(reread({})).toEqual(whole);
  const newer = reread({ "levels.0.figures.another": 1 });
  expect(newer!.levels[0]!.figures).toHaveProperty("another", 1);
});

test("what an older version did not write is null, or empty", () => {
  const lacking = ["capacity", "levels.0.trial", "levels.0.seedFiles", "levels.0.figures.hitCap"];
  expect(reread(Object.fromEntries(lacking.map((place) => [place, undefined])))).toEqual(whole);
});

test("J per output token at the capacity, as an older version wrote it, has no interval", () => {
  const bounded = { value: 1, low: null, high: null };
  const at = {
    levels: [],
    outputTokensPerRequest: bounded,
    outputTokensPerS: bounded,
    usdPerMOutputTokens: null,
    usdPerMTotalTokens: null,
    gpus: null,
    outputTokensPerSPerGpu: null,
  };
  const none = {
    ratePerS: 8,
    low: null,
    high: null,
    share: 0.95,
    confidence: 0.95,
    trials: [],
    reason: null,
  };
  const energyOf = (joulesPerOutputToken: unknown) =>
    reread({ capacity: { ...none, at: { ...at, joulesPerOutputToken } } })!.capacity!.at!
      .joulesPerOutputToken;
  expect([0.3, null, { value: 0.3, low: 0.2, high: 0.4 }].map(energyOf)).toEqual([
    { value: 0.3, low: null, high: null },
    null,
    { value: 0.3, low: 0.2, high: 0.4 },
  ]);
});

test.each([
  ["levels.0.figures", { n: 1 }, "levels.0.figures.window"],
  ["run.endpoint", undefined, "run.endpoint"],
  ["levels.0.directory", "../other", "levels.0.directory"],
  ["levels.0.directory", "levels/..", "levels.0.directory"],
  ["levels.0.latencyFile", "", "levels.0.latencyFile"],
  ["levels.0.latencyFile", "../mine.txt", "levels.0.latencyFile"],
  ["levels.0.seedFiles", ["a/b.json"], "levels.0.seedFiles.0"],
  ["levels.0.load", { kind: "ramp" }, "levels.0.load.kind"],
])("%s cannot be %j: the error names file and key", (place, value, key) => {
  const expected = {
    exit: 2,
    message: expect.stringContaining(`profile.json is not what profile writes (${key}: `),
  };
  expect(failureOf(() => reread({ [place]: value }))).toMatchObject(expected);
});

function failureOf(action: () => unknown): ToolError {
  try {
    action();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { windowsAtPrice } from "../../window-price.ts";
import { loadPointOf } from "./load-point.ts";
import { fakeRun } from "./run.fake.ts";
import { readMetadata, readSummary } from "./saved-files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-saved-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

test("a summary is read back, whatever else it holds", () => {
  const { summary } = fakeRun();
  write("summary.json", JSON.stringify({ ...summary, more: { of: "everything" } }));
  expect(readSummary(folder)).toEqual(summary);
});

test("what is not there is null, and so is a file that a run made and never wrote", () => {
  write("summary.json", "");
  expect([readSummary(folder), readMetadata(folder)]).toEqual([null, null]);
});

test("metadata of an older or another version is read as far as it goes", () => {
  write(
    "metadata.yaml",
    "schemaVersion: 1\nrunName: old\nstatus: complete\nplan:\n  load:\n    kind: closed\n    concurrency: 8\n",
  );
  expect(readMetadata(folder)).toMatchObject({
    runName: "old",
    version: null,
    environment: null,
    plan: { load: { kind: "closed", concurrency: 8 } },
  });
});

test.each([
  ["summary.json", "{oops", "summary.json, line 1, column 2: expected a key"],
  ["summary.json", '{"benchmark":"storage"}', "is not what a serving run writes (benchmark"],
  ["metadata.yaml", "a: [", /cannot read .*metadata\.yaml: .* at line 1, column \d+$/],
  ["metadata.yaml", "- a", "is not what a serving run writes"],
  ["metadata.yaml", "plan: 7", "is not what a serving run writes (plan"],
])("a foreign %s is an error that names it", (name, content, words) => {
  write(name, content);
  expect(() => (name === "summary.json" ? readSummary(folder) : readMetadata(folder))).toThrow(words);
});

test("a summary is a point: its steady window, quantiles that are not known left out", () => {
  const { summary } = fakeRun({ ratePerS: 8, requests: 80 });
  expect(loadPointOf(summary!)).toMatchObject({
    label: "8 req/s",
    outputTokensPerS: 128,
    goodput: { fraction: 0.97 },
    usdPerMTokens: null,
  });
  const priced = fakeRun({ usdPerMOutputTokens: 4.5 }).summary!;
  expect(loadPointOf(priced)!.usdPerMTokens).toBe(4.5);
  // 3 $/h at 128 tok/s: 3 * 1e6 / (128 * 3600), in place of its own.
  expect(loadPointOf(windowsAtPrice({ ...priced, steady: summary!.steady }, 3))!.usdPerMTokens).toBeCloseTo(
    6.51,
    2,
  );
  const bounds = { low: 30, high: null, small: true, isLowerBound: false };
  const ttft = {
    ...summary!.steady!.metrics.ttft!,
    n: 5,
    quantiles: { p50: { value: 40, ...bounds }, p99: null },
  };
  const point = loadPointOf({ ...summary!, steady: { ...summary!.steady!, metrics: { ttft } } })!;
  expect(point.ttftMs).toEqual({
    p50: { value: 40, isLowerBound: false, low: 30, high: null },
    p90: null,
    p99: null,
  });
  expect(point.e2elMs).toBeNull();
  const closed = {
    ...summary!,
    load: { ...summary!.load, askedRatePerS: null, achievedRatePerS: 3, concurrency: 16 },
  };
  expect(loadPointOf(closed)!.label).toBe("16 users");
  const burst = { ...summary!, load: { ...summary!.load, askedRatePerS: null, achievedRatePerS: null } };
  expect(loadPointOf(burst)!.label).toBe("all at once");
  expect(loadPointOf({ ...summary!, steady: null, whole: null })).toBeNull();
});

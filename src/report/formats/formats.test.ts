import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { parseCsv } from "../../results/csv.ts";
import { SavedGate } from "../saved-gate.ts";
import { summariesCsv } from "./csv.ts";
import { summariesJunit } from "./junit.ts";
import { summariesMarkdown } from "./markdown.ts";
import { readSummaryFile } from "./saved-summary.ts";
import { fakeSummary } from "./summary.fake.ts";

/** Some of whose requests were cut off by its end. */
const overloaded = (() => {
  const { whole, ...rest } = fakeSummary();
  const ttft = whole!.metrics.ttft!;
  const bounds = { value: 30_000, low: 29_000, high: null, small: true, isLowerBound: true };
  const cutOff = { censored: 12, mean: 9000, meanIsLowerBound: true, max: 30_000, maxIsLowerBound: true };
  const metrics = { ttft: { ...ttft, ...cutOff, quantiles: { ...ttft.quantiles, p99: bounds } } };
  const gate = { gate: "ttft.p99<50ms", passed: false, value: 30_000, unit: "ms", isLowerBound: true };
  const gates = [v.parse(SavedGate, gate)];
  return { ...rest, gates, whole: { ...whole!, metrics } };
})();

describe("a summary as CSV", () => {
  const [header = [], ...rows] = parseCsv(
    summariesCsv([fakeSummary(), fakeSummary({ steady: fakeSummary().whole })]),
  );
  const cell = (row: readonly string[], column: string) => row[header.indexOf(column)];

  test("has a row for each metric of each window of each run", () => {
    expect(rows.every((row) => row.length === header.length)).toBe(true);
    expect(rows.map((row) => [row[1], row[2]]).slice(0, 9)).toEqual(
      [
        "duration",
        "requestsSucceeded",
        "requestsFailed",
        "requestThroughput",
        "outputThroughput",
        "requestsUnfinished",
        "goodput",
        "ttft",
        "itl",
      ].map((id) => ["whole", id]),
    );
    expect(rows.slice(2, 6).map((row) => cell(row, "mean"))).toEqual(["1", "9.8", "627.2", "1"]);
    expect(rows).toHaveLength(27);
  });

  test("says which figures are lower bounds", () => {
    expect(["censored", "lower_bounds"].map((column) => cell(rows[7]!, column))).toEqual(["0", ""]);
    const [, ...bounded] = parseCsv(summariesCsv([overloaded]));
    const ttft = bounded.find((row) => row[2] === "ttft")!;
    expect(["p99", "censored", "lower_bounds"].map((column) => cell(ttft, column))).toEqual([
      "30000",
      "12",
      "mean p99 max",
    ]);
  });

  test("leaves empty what was not measured", () => {
    const ttft = rows[7]!;
    expect(
      ["n", "mean", "p50", "p50_low", "p99", "p99_high", "p99.9"].map((column) => cell(ttft, column)),
    ).toEqual(["98", "41.5", "40", "38", "88", "", ""]);
    expect(["n", "mean", "p50"].map((column) => cell(rows[8]!, column))).toEqual(["0", "", ""]);
  });
});

describe("a summary as Markdown", () => {
  const lines = summariesMarkdown([fakeSummary()]).split("\n");

  test("has a table whose rows are as wide as its head", () => {
    expect(lines).toContain("| TTFT, ms | 98 | 41.5 | 40.0 | 40.0 | 40.0 | 88.0\\* | - |");
    const widths = lines.filter((line) => line.startsWith("|")).map((line) => line.split("|").length);
    expect(new Set(widths).size).toBe(1);
  });

  test("says verdicts, failed gates and what was interrupted", () => {
    const text = summariesMarkdown([
      fakeSummary({
        validity: { verdict: "unfit", reasons: ["late"] },
        run: { ...fakeSummary().run, interrupted: true },
      }),
    ]);
    for (const words of [
      "**Client: unfit**: late",
      "**Gate FAILED**: `itl.p50<9ms` (not measured)",
      "Gate passed: `goodput>=0.9` (94.0 %)",
      "**Interrupted**",
    ])
      expect(text).toContain(words);
  });

  test("marks lower bounds, alone and beside another", () => {
    const text = summariesMarkdown([overloaded, fakeSummary()]);
    expect(text).toContain("| TTFT, ms | 98 | ≥9,000 | 40.0 | 40.0 | 40.0 | ≥30,000 | - |");
    expect(text).toContain("≥: a lower bound");
    expect(text).toContain("| run1 | inferbench 0.1.0 | 98 of 100 | 9.80 | 627 | 40.0 | ≥30,000 |");
    expect(text).toContain("| run1 | inferbench 0.1.0 | 98 of 100 | 9.80 | 627 | 40.0 | 88.0\\* |");
    expect(text).toContain("**Gate FAILED**: `ttft.p99<50ms` (≥30.0 s)");
    expect(summariesJunit([overloaded])).toContain('message="measured: ≥30.0 s"');
  });

  test("of several says how far each is from the first, and whether that is noise", () => {
    const slower = fakeSummary({ run: { ...fakeSummary().run, runName: "run2" } });
    const ttft = slower.whole!.metrics.ttft!;
    const p50 = { ...ttft.quantiles.p50!, value: 60, low: 57, high: 64 };
    const metrics = { ttft: { ...ttft, quantiles: { ...ttft.quantiles, p50 } } };
    const text = summariesMarkdown([fakeSummary(), { ...slower, whole: { ...slower.whole!, metrics } }]);
    expect(text).toContain("### Differences from run1");
    expect(text).toContain("| TTFT p50, ms | +20.0 [+15.8 to +24.5], beyond noise |");
    expect(text).toContain("| TTFT p99, ms | 0 [? to ?], not known |".replace(" [? to ?]", ""));
    expect(text).toMatch(/\| goodput, % \| 0 \[−\d.*\], within noise \|/);
  });

  test("keeps names from being markup", () => {
    const text = summariesMarkdown([fakeSummary({ run: { ...fakeSummary().run, runName: "a|b\n<img>" } })]);
    expect(text).toStartWith("## a\\|b \\<img\\>\n");
  });
});

test("several models have rows of their own, in Markdown and in CSV", () => {
  const { whole } = fakeSummary();
  const models = ["a", "b"].map((model) => ({
    ...{ model, askedShare: 0.5, sentShare: { value: 0.48, low: 0.4, high: 0.56 } },
    ...whole!,
  }));
  const summary = fakeSummary({ models });
  expect(summariesMarkdown([summary])).toContain(
    "| b | 50.0 % | 48.0 % | 98 | 1 | 1 | 9.80 | 627 | 94.0 % |",
  );
  const [header = [], ...rows] = parseCsv(summariesCsv([summary]));
  const ofB = rows.filter((row) => row[header.indexOf("model")] === "b");
  expect(ofB.find((row) => row[2] === "ttft")!.slice(1, 6)).toEqual(["whole", "ttft", "ms", "98", "41.5"]);
  expect(ofB).toHaveLength(9);
  expect(rows[0]![header.indexOf("model")]).toBe("");
});

test("Markdown does not say a verdict's reasons twice", () => {
  const message = "the client may blur these figures:\n  - busy\n  - late";
  const text = summariesMarkdown([fakeSummary({ warnings: [{ message, hint: "Wait." }] })]);
  expect(text).toEndWith("> warning: the client may blur these figures. Wait.");
});

describe("a summary as JUnit's XML", () => {
  test("has a case for each gate, the service level and the run itself", () => {
    const xml = summariesJunit([fakeSummary()]);
    expect(xml).toContain(
      '<testsuite name="inferbench serving run1" tests="7" failures="3" skipped="0" time="10.000" timestamp="2026-11-23T05:55:12">',
    );
    expect(xml).toContain('<testcase classname="run1" name="goodput&gt;=0.9"/>');
    expect(xml).toContain(
      '<testcase classname="run1" name="ttft.p99&lt;50ms">\n      <failure message="measured: 88.0 ms"/>',
    );
    expect(xml).toContain('<failure message="not measured"/>');
    expect(xml).toContain('<failure message="good were 94.0 %"/>');
    expect(xml.match(/<testcase /g)).toHaveLength(7);
  });

  test("tells what failed from what was unfinished", () => {
    const { whole } = fakeSummary();
    const requests = { total: 16, succeeded: 1, failed: 15, censored: 15, byClass: {} };
    const xml = summariesJunit([fakeSummary({ whole: { ...whole!, requests } })]);
    expect(xml).toContain('<failure message="1 succeeded, 0 failed, 15 unfinished"/>');
  });

  test("does not pass a client that is doubtful", () => {
    const xml = summariesJunit([fakeSummary({ validity: { verdict: "doubtful", reasons: ["busy"] } })]);
    expect(xml).toContain('was fit to measure">\n      <skipped message="doubtful: busy"/>');
  });

  test("fails a run that failed, was interrupted, or whose client was unfit", () => {
    const { run, whole } = fakeSummary();
    const broken = fakeSummary({
      run: { ...run, interrupted: true, runName: 'a "b" & \u0001' },
      whole: {
        ...whole!,
        requests: { total: 3, succeeded: 0, failed: 3, censored: 0, byClass: {} },
        goodput: null,
      },
      gates: [],
      validity: { verdict: "unfit", reasons: ["late"] },
    });
    const xml = summariesJunit([broken, fakeSummary()]);
    expect(xml).toContain('name="inferbench serving a &quot;b&quot; &amp; " tests="3" failures="3"');
    expect(xml.match(/<testsuite /g)).toHaveLength(2);
  });
});

describe("summary.json", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "inferbench-summary-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is read back, with all that it holds", () => {
    const content = { ...fakeSummary(), more: [1] };
    writeFileSync(join(folder, "summary.json"), JSON.stringify(content));
    expect(readSummaryFile(folder)).toEqual({ content, summary: { ...fakeSummary() } });
  });

  test.each([
    ["{oops", "summary.json, line 1, column 2: expected a key"],
    ['{"benchmark":"storage"}', "is not what a serving run writes (benchmark"],
  ])("%p is an error that says so", (content, words) => {
    writeFileSync(join(folder, "summary.json"), content);
    expect(() => readSummaryFile(folder)).toThrow(words);
  });

  test("that a killed run never wrote is none", () => {
    expect(readSummaryFile(folder)).toBeNull();
    writeFileSync(join(folder, "summary.json"), "");
    expect(readSummaryFile(folder)).toBeNull();
  });
});

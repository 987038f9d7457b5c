import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ExitCode, type ToolError } from "../../../core/errors.ts";
import { loadingOf, microbatchLoadsMs, stepLoadsMs } from "./loading.ts";
import { savedStorageRun } from "./saved-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-rows-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, ...lines: string[]): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.join("\n"));
}

const STEPS = "extra,step,samples,bytes,askedAt,loadedAt,computeEndAt,computeMs";
const MICROBATCHES =
  "step,microbatch,worker,samples,bytes,requestedBytes,readStartAt,readEndAt,askedAt,gotAt";

/** A rank with one step of warm-up and two counted ones, of 10 and 30 ms with 20 ms of loading each, begun at `at`. */
function own(rank: number, at: number): void {
  write(
    `steps/${rank}.csv`,
    STEPS,
    `x,-1,4,400,${at},${at + 50},${at + 60},10`,
    `x,0,4,400,${at + 60},${at + 80},${at + 90},10`,
    `x,1,4,400,${at + 90},${at + 110},${at + 120},10`,
    "",
  );
  write(
    `microbatches/${rank}.csv`,
    MICROBATCHES,
    `-1,0,0,4,400,400,${at},${at + 49},${at},${at + 50}`,
    `0,0,0,4,400,400,${at + 40},${at + 79.5},${at + 60},${at + 80}`,
    `1,0,0,4,400,400,${at + 90},${at + 109},${at + 90},${at + 110}`,
    "",
  );
}

describe("rows of a run", () => {
  test("are read by the names of their columns, warm-up left out of figures", () => {
    own(0, 5000);
    const run = savedStorageRun(folder);
    expect([run.rows.writer, run.rows.cutOff, run.summary, run.metadata]).toEqual([
      "inferbench",
      [],
      null,
      null,
    ]);
    const { throughput, stepMs, microbatchMs } = loadingOf(run);
    expect(throughput).toMatchObject({ samples: 8, steps: 2, windowS: 0.06 });
    expect(throughput.samplesPerS).toBeCloseTo(8 / 0.06, 9);
    expect(throughput.bytesPerS).toBeCloseTo(800 / 0.06, 9);
    expect([stepMs.n, stepMs.mean, microbatchMs!.n]).toEqual([2, 20, 2]);
    expect([...microbatchLoadsMs(run.rows.ranks)]).toEqual([39.5, 19]);
  });

  test("with copies to a GPU: loading is reading and copying, as in the summary; an empty cell is no copy", () => {
    own(0, 0);
    write(
      "microbatches/0.csv",
      `${MICROBATCHES},copyStartAt,copyEndAt,copyMs`,
      "-1,0,0,4,400,400,0,49,0,50,49,50,1",
      "0,0,0,4,400,400,40,79.5,60,80,79.5,80,0.25",
      "1,0,0,4,400,400,90,109,90,110,,,",
      "",
    );
    expect([...microbatchLoadsMs(savedStorageRun(folder).rows.ranks)]).toEqual([39.75, 19]);
  });

  test("of several ranks are one run, whatever their clocks say", () => {
    own(10, 9e6);
    own(2, 100);
    const run = savedStorageRun(folder);
    expect(run.rows.ranks.map(({ rank }) => rank)).toEqual([2, 10]);
    expect([...stepLoadsMs(run.rows.ranks)]).toEqual([20, 20, 20, 20]);
    expect(loadingOf(run).throughput).toMatchObject({ samples: 16, steps: 4, windowS: 0.06 });
  });

  test("of a killed run: the line that was cut off is left out, and named", () => {
    own(0, 0);
    write("steps/0.csv", STEPS, "x,0,4,400,60,80,90,10", "x,1,4,40");
    const { rows } = savedStorageRun(folder);
    expect([rows.ranks[0]!.steps.step.length, rows.cutOff]).toEqual([1, [join(folder, "steps/0.csv")]]);
  });

  test.each<[string, () => void]>([
    ["steps", () => write("steps/0.csv", STEPS, "x,-1,4,400,0,50,60,10", "x,0,4,400,60,80,90,10", "")],
    [
      "microbatches, in a step's middle",
      () =>
        write(
          "microbatches/0.csv",
          MICROBATCHES,
          "0,0,0,2,200,200,40,79.5,60,80",
          "0,1,0,2,200,200,40,79.5,60,80",
          "1,0,0,2,200,200,90,109,90,110",
          "",
        ),
    ],
  ])("of a killed run whose %s end first: figures are of the steps that both files have", (_, cut) => {
    own(0, 0);
    cut();
    const run = savedStorageRun(folder);
    expect(loadingOf(run).throughput).toMatchObject({ steps: 1, samples: 4, windowS: 0.03 });
    expect(loadingOf(run).throughput.bytesPerS).toBeCloseTo(400 / 0.03, 9);
    expect(run.rows.ranks[0]!.microbatches.step.at(-1)).toBe(0);
  });

  test("of the Python tool: a step's loading is its microbatches', the rest compute, a sample a file", () => {
    write("per_step_data_loading_time/0.csv", "0,0.013000\r", "1,0.012500\r", "");
    write(
      "per_microbatch_data_loading_time/0.csv",
      "0,0,0.001000\r",
      "0,1,0.002000\r",
      "1,0,0.001500\r",
      "1,1,0.001000\r",
      "",
    );
    write(
      "metadata.yaml",
      "benchmark: serving_benchmarks",
      "host: {hostname: secret-host, platform: Linux-6.1, python_version: 3.11.2}",
      "parameters: {gbs: 2, mbs: 1, num_workers: 4}",
      "run_name: old",
      "timestamp_utc: '2026-11-22T02:23:45Z'",
      "",
    );
    const run = savedStorageRun(folder);
    expect([run.name, run.rows.writer]).toEqual(["old", "python"]);
    const loads = [...stepLoadsMs(run.rows.ranks)];
    expect(loads[0]).toBeCloseTo(3, 9);
    expect(loads[1]).toBeCloseTo(2.5, 9);
    const { throughput } = loadingOf(run);
    expect(throughput.samplesPerS).toBeCloseTo(4 / 0.0255, 6);
    expect(throughput.bytesPerS).toBeNull();
  });
});

describe("a file that is something else is named with its line, exit 2", () => {
  test.each<[string, () => void, RegExp]>([
    [
      "text in place of a number",
      () => write("steps/0.csv", STEPS, "x,0,4,400,a,80,90,10", ""),
      /steps\/0\.csv, line 2: "a" is no number \(askedAt\)/,
    ],
    [
      "an empty cell",
      () => write("steps/0.csv", STEPS, "x,0,4,400,,80,90,10", ""),
      /line 2: "" is no number/,
    ],
    [
      "too few cells",
      () => write("steps/0.csv", STEPS, "x,0,4,400,60,80,90,10", "x,1", ""),
      /line 3: it has 2 cells, not 8/,
    ],
    [
      "no such column",
      () => write("steps/0.csv", "step,samples", "0,1", ""),
      /line 1: there is no column "askedAt"/,
    ],
    ["a missing file", () => rmSync(join(folder, "microbatches/0.csv")), /microbatches\/0\.csv is not there/],
    ["no step", () => write("steps/0.csv", STEPS, ""), /no step that was finished/],
    [
      "warm-up alone",
      () => write("steps/0.csv", STEPS, "x,-1,4,400,60,80,90,10", ""),
      /no step that was finished/,
    ],
    [
      "metadata of something else",
      () => write("metadata.yaml", "plan: 7", ""),
      /metadata\.yaml is not what a storage run writes \(plan/,
    ],
    [
      "a summary that is cut off",
      () => write("summary.json", '{"steps"'),
      /summary\.json, line 1, column 9: /,
    ],
  ])("%s", (_, spoil, message) => {
    own(0, 0);
    spoil();
    let error: unknown;
    try {
      savedStorageRun(folder);
    } catch (thrown) {
      error = thrown;
    }
    expect((error as ToolError).message).toMatch(message);
    expect((error as ToolError).exit).toBe(ExitCode.usage);
  });

  test("a run of this program without its own rows", () => {
    write("per_step_data_loading_time/0.csv", "0,0.013", "");
    write("metadata.yaml", "tool: inferbench", "");
    expect(() => savedStorageRun(folder)).toThrow(/has no steps\/<rank>\.csv/);
  });

  test("the Python tool's rows without their microbatches", () => {
    write("per_step_data_loading_time/0.csv", "0,0.013", "");
    expect(() => savedStorageRun(folder)).toThrow(/per_microbatch_data_loading_time\/0\.csv is not there/);
  });
});

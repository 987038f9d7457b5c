import { expect, test } from "bun:test";
import { join } from "node:path";
import { readForeignFile } from "../../foreign/read.ts";
import { comparisonCaution } from "./caution.ts";
import { foreignRun } from "./foreign-run.ts";
import { loadSeries } from "./load-series.ts";
import { fakeRun } from "./run.fake.ts";
import { windowOf } from "./run-figures.ts";

const runOf = (name: string) =>
  foreignRun(readForeignFile(join(import.meta.dir, "../../../../fixtures/results", name)));

test("its loads are a curve of their own, never joined with ours", () => {
  const [ours, theirs] = [fakeRun({ ratePerS: 20 }), runOf("vllm.json")];
  const plan = { ...theirs.metadata!.plan! };
  const alike = {
    ...ours,
    metadata: { ...ours.metadata!, plan: { ...plan, load: { ...plan.load!, kind: "open" } } },
  };
  expect(loadSeries([alike, theirs]).map(({ isCurve }) => isCurve)).toEqual([false, false]);
  const [curve] = loadSeries([runOf("vllm.json"), runOf("vllm-detailed.json")]);
  expect(curve).toMatchObject({ isCurve: true, points: [{ label: "20 req/s" }, { label: "40 req/s" }] });
  expect(curve!.points[1]!.ttftMs).toEqual({
    p50: { value: 31.520626500423532, isLowerBound: false, low: null, high: null },
    p90: null,
    p99: { value: 32.77945784984695, isLowerBound: false, low: null, high: null },
  });
});

test("requests are there where the file has them, on its own clock", () => {
  const run = runOf("vllm-detailed.json");
  expect([run.collected.spans.length, run.collected.icl.n, run.collected.itl.n]).toEqual([20, 160, 0]);
  const { startAt, endAt } = windowOf(run)!;
  expect(endAt - startAt).toBeGreaterThan(900);
  expect(windowOf(runOf("vllm.json"))).toBeNull();
});

test("who measured is said", () => {
  expect(comparisonCaution([fakeRun(), runOf("vllm.json")])).toBe(
    "Measured by vllm bench serve, by its own definitions: vllm",
  );
});

import { expect, test } from "bun:test";
import { modelFigures } from "../benchmarks/serving/model-figures.ts";
import { record } from "../benchmarks/serving/record.fake.ts";
import { modelTable } from "./model-text.ts";

const split = { models: ["llama", "meta-llama/Llama-3.1-8B-Instruct-sql-adapter"], weights: [0.7, 0.3] };
const run = [
  record({ model: split.models[0]! }),
  record({ model: split.models[0]! }),
  record({ model: split.models[1]!, firstTokenAt: 30 }),
];
const figures = modelFigures(run, { startAt: 0, endAt: 1000 }, split, null);

test("one row a model, of a long name the end", () => {
  expect(modelTable(figures)).toEqual([
    "By model, ms      asked    sent  ok  failed  TTFT p50    p99  TPOT p50  E2EL p50",
    "llama            70.0 %  66.7 %   2       0     50.0*  50.0*     10.0*     61.0*",
    "…ct-sql-adapter  30.0 %  33.3 %   1       0     30.0*  30.0*     30.0*     61.0*",
  ]);
});

test("80 columns hold large numbers", () => {
  const [one] = figures;
  const requests = { total: 199_998, succeeded: 99_999, failed: 99_999, censored: 0, byClass: {} };
  const large = Object.fromEntries(
    Object.entries(one!.metrics).map(([id, metric]) => [
      id,
      {
        ...metric!,
        quantiles: Object.fromEntries(
          Object.entries(metric!.quantiles).map(([q, of]) => [
            q,
            { ...of, value: 123_456, isLowerBound: true },
          ]),
        ),
      },
    ]),
  ) as (typeof figures)[0]["metrics"];
  for (const line of modelTable([{ ...figures[1]!, requests, metrics: large }, one!]))
    expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
});

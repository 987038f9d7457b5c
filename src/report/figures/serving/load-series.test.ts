import { expect, test } from "bun:test";
import { loadSeries } from "./load-series.ts";
import { fakeRun } from "./run.fake.ts";
import type { ServingRun } from "./run.ts";

const at = (ratePerS: number, name = `rate ${ratePerS}`) => fakeRun({ name, ratePerS, requests: 20 });

function elsewhere(run: ServingRun): ServingRun {
  const { metadata } = run;
  return {
    ...run,
    metadata: { ...metadata!, plan: { ...metadata!.plan!, endpoint: "http://10.0.0.8/v1/completions" } },
  };
}

test("runs of one server at different loads are a curve, from the lowest on", () => {
  expect(loadSeries([at(8), at(2), at(4)])).toMatchObject([
    {
      name: "meta-llama/Llama-3.1-8B-Instruct",
      isCurve: true,
      points: [{ label: "2 req/s" }, { label: "4 req/s" }, { label: "8 req/s" }],
    },
  ]);
});

test("runs at the same load, or of several servers, are points of their own", () => {
  expect(loadSeries([at(8, "before"), at(8, "after")])).toMatchObject([
    { name: "before", isCurve: false },
    { name: "after", isCurve: false },
  ]);
  expect(loadSeries([at(2), elsewhere(at(4))])).toMatchObject([{ isCurve: false }, { isCurve: false }]);
});

test("runs whose models had other shares are no curve", () => {
  const split = (run: ServingRun, weights: number[]): ServingRun => {
    const { metadata } = run;
    return { ...run, metadata: { ...metadata!, plan: { ...metadata!.plan!, trafficSplit: { weights } } } };
  };
  const curves = (other: number[]) => loadSeries([split(at(2), [0.7, 0.3]), split(at(4), other)]).length;
  expect([curves([0.7, 0.3]), curves([0.5, 0.5])]).toEqual([1, 2]);
});

test("two servers at several loads are two curves", () => {
  const series = loadSeries([at(2, "a2"), at(4, "a4"), elsewhere(at(2, "b2")), elsewhere(at(4, "b4"))]);
  expect(series.map(({ name, isCurve }) => [name, isCurve])).toEqual([
    ["a2 and 1 more", true],
    ["b2 and 1 more", true],
  ]);
});

test("a killed run has no point", () => {
  expect(loadSeries([fakeRun({ status: "running" })])).toEqual([]);
});

import { describe, expect, test } from "bun:test";
import { fakePlan } from "../../benchmarks/serving/plan.fake.ts";
import { makePlan } from "../../benchmarks/serving/plan.ts";
import { ToolError } from "../../core/errors.ts";
import type { Source } from "../flags/resolve.ts";
import { settingsOf, targetOf } from "./config.ts";
import { headingOf } from "./heading.ts";
import { modelsOf, nearestModels, trafficSplitOf } from "./models.ts";
import { valuesOf } from "./values.fake.ts";

const split = (...argv: string[]) => trafficSplitOf(valuesOf(...argv));

describe("the models of a run", () => {
  test("none, one, several", () => {
    expect([modelsOf(valuesOf()), split()]).toEqual([[], null]);
    expect([modelsOf(valuesOf("--model", "a,b")), split("--model", "a,b")]).toEqual([["a,b"], null]);
    expect([modelsOf(valuesOf("--models", "a")), split("--models", "a")]).toEqual([["a"], null]);
    expect(modelsOf(valuesOf("--models", "a, b"))).toEqual(["a", "b"]);
  });

  test("shares as asked for, else equal ones", () => {
    expect(split("--models", "a,b,c", "--traffic-split", "0.7,0.2,0.1")!.weights).toEqual([0.7, 0.2, 0.1]);
    expect(split("--models", "a,b", "--traffic_split", "0.3333333,0.6666667")).not.toBeNull();
    expect(split("--models", "a,b,c,d")).toEqual({
      models: ["a", "b", "c", "d"],
      weights: [0.25, 0.25, 0.25, 0.25],
    });
    expect(split("--models", "a", "--traffic-split", "1.0")).toBeNull();
  });

  test.each([
    [["--model", "x", "--models", "a,b"], "--model x and --models a,b both name what is asked"],
    [["--models", "a,b,a"], '--models names "a" twice'],
    [["--models", "a,b", "--traffic-split", "1"], "--traffic-split 1 has 1 shares, and 2 models are asked"],
    [["--traffic-split", "0.5,0.5"], "--traffic-split 0.5,0.5 has 2 shares, and one model is asked"],
    [["--models", "a,b", "--traffic-split", "0.5,0.6"], "--traffic-split 0.5,0.6 adds up to 1.1, not to 1"],
    [["--models", "a,b", "--traffic-split", "0.4,0.59999"], "adds up to 0.99999, not to 1"],
    [
      ["--models", "a,b", "--traffic-split", "1.5,-0.5"],
      '--traffic-split: "1.5,-0.5" is not a number above 0',
    ],
    [["--models", "a,,b"], '--models: "a,,b" is not a text that is not empty'],
  ] as [string[], string][])("%j is wrong usage", (argv, message) => {
    const act = () => split(...argv);
    expect(act).toThrow(ToolError);
    expect(act).toThrow(message);
  });

  test("have a place in what is sent", () => {
    const several = ["--endpoint", "http://h/generate", "--models", "a,b"];
    expect(() => targetOf(valuesOf(...several), {})).not.toThrow();
    const template = ["--request-body-template", '{"inputs":"{prompt}"}'];
    expect(() => targetOf(valuesOf(...several, ...template), {})).toThrow("without {model}");
    expect(() => settingsOf(valuesOf(...several, "--extra-body", '{"model":"c"}'))).toThrow(
      '--extra-body sets "model", and --models names several',
    );
  });

  test.each([
    [{ model: "flag", models: "env", trafficSplit: "env" }, ["one"], false],
    [{ model: "env", models: "flag", trafficSplit: "flag" }, ["a", "b"], true],
    [{ model: "file", models: "env", trafficSplit: "flag" }, ["a", "b"], true],
  ] as [Record<string, Source>, string[], boolean][])(
    "said in two places, %j, the nearer one counts",
    (from, models, isSplit) => {
      const values = { model: "one", models: ["a", "b"], trafficSplit: [0.9, 0.1] };
      const nearest = nearestModels(values, new Map(Object.entries(from)));
      expect([modelsOf(nearest), trafficSplitOf(nearest) !== null]).toEqual([models, isSplit]);
    },
  );
});

test("the heading names models and shares where they fit", () => {
  const target = targetOf(valuesOf("--endpoint", "http://h/v1/completions"), {});
  const line = (models: string[], weights: number[]) =>
    headingOf(makePlan({ ...fakePlan(), trafficSplit: { models, weights } }), target)[1]!;
  expect(line(["a", "b"], [0.7, 0.3])).toBe("models a 70 %, b 30 % · openai-completions");
  const long = line(["org/a-model-with-a-long-name", "org/another-model-with-a-long-name"], [2 / 3, 1 / 3]);
  expect(long).toBe("2 models, 66.7 %, 33.3 % · openai-completions");
});

import { expect, test } from "bun:test";
import { fakeRun } from "../figures/serving/run.fake.ts";
import { figuresOfRun } from "../figures/serving/run-figures.ts";
import { fakeStorageRun } from "../figures/storage/run.fake.ts";
import { figuresOfStorageRun } from "../figures/storage/run-figures.ts";
import { axisOf, figureData, shownValue } from "./figure-data.ts";

test("every figure of a run survives its way into a page, ticks included", () => {
  for (const figure of figuresOfRun(fakeRun({ gpus: 2 }))) {
    const { x } = figure;
    if (x.scale === "groups") throw new Error("a serving run has no groups");
    const data = JSON.parse(JSON.stringify(figureData(figure))) as ReturnType<typeof figureData>;
    expect(data.panels.length).toBe(figure.panels.length);
    for (const [i, { y }] of data.panels.entries()) {
      const theirs = figure.panels[i]!.y;
      expect(axisOf(y).format(0.5)).toBe(theirs.format(0.5));
      expect(y.domain).toEqual(theirs.domain);
    }
    expect(axisOf(data.x).format(2)).toBe(x.format(2));
  }
});

test("bars side by side keep their groups, and steps their whole numbers", () => {
  const figures = [...figuresOfStorageRun(fakeStorageRun())].map((figure) => ({
    figure,
    data: figureData(figure),
  }));
  const groups = figures.flatMap(({ data }) =>
    data.x.groups === null ? [] : [data.x.groups.map(([name]) => name)],
  );
  expect(groups).toEqual([["baseline"], ["P95", "P99"]]);
  const steps = figures.find(({ figure }) => figure.name === "loading_over_steps")!.data.x;
  expect([axisOf(steps).format(2.5), axisOf(steps).format(2)]).toEqual(["", "2"]);
  // What a pointer between two steps reads.
  expect(shownValue(2.6, steps.format)).toBe("3");
});

test("ticks that pages cannot draw are an error, not a guess", () => {
  const [figure] = figuresOfRun(fakeRun());
  const [panel] = figure!.panels;
  const y = { ...panel!.y, format: (value: number) => `<${value}>` };
  expect(() => figureData({ ...figure!, panels: [{ ...panel!, y }] })).toThrow(
    "ticks that pages cannot draw",
  );
});

import { expect, test } from "bun:test";
import { fakeRun } from "../figures/serving/run.fake.ts";
import { figuresOfRun } from "../figures/serving/run-figures.ts";
import { axisOf, figureData } from "./figure-data.ts";

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

test("ticks that pages cannot draw are an error, not a guess", () => {
  const [figure] = figuresOfRun(fakeRun());
  const [panel] = figure!.panels;
  const y = { ...panel!.y, format: (value: number) => `<${value}>` };
  expect(() => figureData({ ...figure!, panels: [{ ...panel!, y }] })).toThrow(
    "ticks that pages cannot draw",
  );
});

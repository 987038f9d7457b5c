import { describe, expect, test } from "bun:test";
import type { Fill } from "../spec.ts";
import { swimLanesFigure } from "./swim-lanes.ts";

const about = { facts: [], caution: null };
const span = {
  index: 0,
  intendedAt: 0,
  sentAt: 0.2,
  firstTokenAt: 500,
  endAt: 2000,
  ttftMs: 500,
  knownTtftMs: 500,
  failed: false,
  unfinished: false,
  isStart: true,
};

function boxesOf(figure: ReturnType<typeof swimLanesFigure>, fill: Fill) {
  return figure.panels[0]!.layers.flatMap((layer) =>
    layer.kind === "boxes" && layer.fill === fill ? layer.boxes : [],
  );
}

describe("lanes", () => {
  test("go from when a request was due to its end, by what it waited for", () => {
    const late = { ...span, intendedAt: 1000, sentAt: 1500, firstTokenAt: 2500, endAt: 3000 };
    const failed = { ...span, intendedAt: 2000, sentAt: 2000, firstTokenAt: null, endAt: 2500, failed: true };
    const unsent = { ...span, intendedAt: 2500, sentAt: null, firstTokenAt: null, endAt: 4000, failed: true };
    const figure = swimLanesFigure([span, late, failed, unsent], { startAt: 0, endAt: 4000 }, about);
    const times = (fill: Fill) => boxesOf(figure, fill).map(({ from, to }) => [from[0], to[0]]);
    expect(times("waiting")).toEqual([
      [1, 1.5],
      [2.5, 4],
    ]);
    expect(times("first")).toEqual([
      [0.0002, 0.5],
      [1.5, 2.5],
    ]);
    expect(times("rest")).toEqual([
      [0.5, 2],
      [2.5, 3],
    ]);
    expect(times("failed")).toEqual([[2, 2.5]]);
    expect(figure.subtitle).toStartWith("4 requests · ");
    expect(boxesOf(figure, "first").map(({ to }) => Math.ceil(to[1]))).toEqual([-0, -1]);
  });

  test("what the end of the run cut off is unfinished, from its first token on where it had one", () => {
    const begun = { ...span, ttftMs: null, unfinished: true };
    const silent = { ...begun, sentAt: 0, firstTokenAt: null, knownTtftMs: null };
    const figure = swimLanesFigure([begun, silent], { startAt: 0, endAt: 2000 }, about);
    const times = (fill: Fill) => boxesOf(figure, fill).map(({ from, to }) => [from[0], to[0]]);
    expect(times("first")).toEqual([[0.0002, 0.5]]);
    expect(times("unfinished")).toEqual([
      [0.5, 2],
      [0, 2],
    ]);
    expect(figure.legend.map(({ text }) => text)).toContain("unfinished, cut off by the end of the run");
  });

  test("of many requests are some, and it is said", () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({
      ...span,
      intendedAt: i,
      sentAt: i,
      firstTokenAt: i + 1,
      endAt: i + 900,
    }));
    const figure = swimLanesFigure(many, { startAt: 0, endAt: 1900 }, about);
    expect(boxesOf(figure, "rest")).toHaveLength(300);
    expect(figure.subtitle).toStartWith("300 of 1,000 requests, evenly spaced by send time");
  });

  test("of a long run all begin at 0", () => {
    const spread = Array.from({ length: 100 }, (_, i) => ({
      ...span,
      intendedAt: 1000 * i,
      sentAt: 1000 * i,
      firstTokenAt: 1000 * i + 100,
      endAt: 1000 * i + 400,
    }));
    const figure = swimLanesFigure(spread, { startAt: 0, endAt: 99_400 }, about);
    expect(new Set(boxesOf(figure, "first").map(({ from }) => from[0]))).toEqual(new Set([0]));
    expect(figure.x).toMatchObject({ name: "Time since each was due, s", domain: [0, 0.4] });
  });
});

import type { LogHistogram } from "../../../analysis/log-histogram.ts";
import { formatNumber } from "../../../core/units.ts";
import { measured } from "../../numbers.ts";
import type { About, Named } from "../about.ts";
import { isLogarithmic } from "../axis.ts";
import { runStyle } from "../run-style.ts";
import type { Figure, Layer, LegendEntry, Panel, Point, Spread } from "../spec.ts";
import { percent, plain } from "../ticks.ts";
import { binsOf } from "./histogram-bins.ts";

/** A quantile as a figure marks it; ms. */
export interface MarkedQuantile {
  name: string;
  share: number;
  value: number;
  /** 95 % interval; null where it is not known. */
  low: number | null;
  high: number | null;
  /** n < 5/(1-q). */
  small: boolean;
}

/** A sample of durations in ms. */
export interface Sample {
  histogram: LogHistogram;
  quantiles: readonly MarkedQuantile[];
  /** How many of the histogram's requests the end of the run cut off later. */
  withValue?: number;
  /** How many more the run's own numbers are of: cut off by its end, known only to be longer, and not in the histogram. */
  unfinished?: number;
}

/** What was measured, in the words of the figure. */
export interface Measure {
  /** File name without its ending. */
  file: string;
  /** `TTFT` */
  name: string;
  title: string;
  /** What is counted: `requests`, `gaps`. */
  of: string;
}

/** Points of a distribution function no closer than this share of its height: what a picture can show. */
const STEP = 1 / 1000;

/**
 * Histogram above, empirical distribution function below, on one axis of ms: logarithmic where the largest value is more than 15 times the least.
 * One run, or several laid over one another.
 * @returns null where no run has a value
 */
export function distributionFigure(
  measure: Measure,
  runs: readonly Named<Sample>[],
  about: About,
): Figure | null {
  const shown = runs.filter(({ data }) => data.histogram.n > 0);
  if (shown.length === 0) return null;
  const histograms = shown.map(({ data }) => data.histogram);
  const domain = [
    Math.min(...histograms.map(({ min }) => min)),
    Math.max(...histograms.map(({ max }) => max)),
  ] as const;
  const scale = isLogarithmic(domain) ? "log" : "linear";
  const edges = binsOf(histograms, scale);
  const isOne = runs.length === 1;
  const counts = shown.map(
    ({ name, data }) => `${isOne ? "" : `${name}: `}n = ${formatNumber(data.histogram.n)}${cutOffText(data)}`,
  );
  return {
    name: measure.file,
    title: measure.title,
    subtitle: `${counts.join(" · ")} · ${measure.of} of the whole run · ${edges.length - 1} bins, ${scale === "log" ? "of equal ratio" : `${measured(edges[1]! - edges[0]!)} ms each`}`,
    caution: about.caution,
    panels: [histogramPanel(shown, edges, measure, isOne), shareAtMostPanel(shown, measure, isOne)],
    x: {
      name: `${capitalized(measure.name)}, ms${scale === "log" ? " (logarithmic)" : ""}`,
      scale,
      domain: [edges[0]!, edges.at(-1)!],
      tight: true,
      format: plain,
    },
    legend: isOne
      ? quantileEntry(shown, shown[0]!.data.quantiles.map(({ name }) => name).join(", "))
      : [...shown.map(runEntry), ...quantileEntry(shown, "these quantiles")],
    facts: about.facts,
    plotHeight: 460,
  };
}

/** Who is in it, and who is not: the tables' quantiles are of all the unfinished ones, and higher. */
function cutOffText({ withValue = 0, unfinished = 0 }: Sample): string {
  const among = withValue === 0 ? "" : `, ${formatNumber(withValue)} of them unfinished`;
  const without =
    unfinished === 0
      ? ""
      : `, curve and quantiles without ${formatNumber(unfinished)} that had no value yet when the run ended`;
  return among + without;
}

function histogramPanel(
  runs: readonly Named<Sample>[],
  edges: readonly number[],
  { of }: Measure,
  isOne: boolean,
): Panel {
  const shares = runs.map(({ data }) => sharesOf(data.histogram, edges));
  const layers: Layer[] = isOne
    ? [
        {
          kind: "boxes",
          fill: "bar",
          boxes: shares[0]!.map((share, i) => ({ from: [edges[i]!, 0], to: [edges[i + 1]!, share] })),
        },
      ]
    : shares.map((values, i) => ({ kind: "line", style: runStyle(i), points: outline(values, edges) }));
  const most = Math.max(...shares.flat());
  return {
    name: `Share of ${of} in each bin`,
    y: { scale: "linear", domain: [0, most], format: percent },
    layers,
    weight: 0.8,
  };
}

/** The share of values in each bin, a value counted by the middle of its 0.1 %. */
function sharesOf(histogram: LogHistogram, edges: readonly number[]): number[] {
  const shares = new Array<number>(edges.length - 1).fill(0);
  let bin = 0;
  for (const { low, high, count } of histogram.bins()) {
    const middle = Math.min(histogram.max, Math.max(histogram.min, (low + high) / 2));
    while (bin < shares.length - 1 && middle >= edges[bin + 1]!) bin++;
    shares[bin]! += count / histogram.n;
  }
  return shares;
}

function outline(values: readonly number[], edges: readonly number[]): Point[] {
  const tops = values.flatMap((value, i): Point[] => [
    [edges[i]!, value],
    [edges[i + 1]!, value],
  ]);
  return [[edges[0]!, 0], ...tops, [edges.at(-1)!, 0]];
}

function shareAtMostPanel(runs: readonly Named<Sample>[], { name, of }: Measure, isOne: boolean): Panel {
  const layers = runs.flatMap(({ data }, i): Layer[] => {
    const style = runStyle(i);
    const points = data.quantiles.map(({ value, share }): Point => [value, share]);
    const spreads = data.quantiles.flatMap(({ value, share, low, high }): Spread[] =>
      low === null && high === null ? [] : [{ at: [value, share], low, high }],
    );
    return [
      { kind: "line", style, points: shareAtMost(data.histogram), stepped: true },
      { kind: "spreads", style, along: "x", spreads },
      { kind: "points", style, points },
    ];
  });
  // Of several runs the key has the numbers: beside their points they would hide one another.
  const labels = (isOne ? runs[0]!.data.quantiles : []).map((quantile) => ({
    at: [quantile.value, quantile.share] as const,
    text: `${quantile.name} ${numberOf(quantile)} ms`,
  }));
  return {
    name: `Share of ${of} with at most this ${name}`,
    // Room above, so that the highest quantiles can be named.
    y: { scale: "linear", domain: [0, 1.15], tight: true, format: percent },
    layers: [...layers, { kind: "labels", labels }],
  };
}

/** The empirical distribution function, as corners of its steps. */
function shareAtMost(histogram: LogHistogram): Point[] {
  const points: Point[] = [[histogram.min, 0]];
  let [seen, drawn] = [0, 0];
  for (const { low, high, count } of histogram.bins()) {
    seen += count;
    const share = seen / histogram.n;
    if (share - drawn < STEP && seen < histogram.n) continue;
    points.push([Math.min(histogram.max, Math.max(histogram.min, (low + high) / 2)), share]);
    drawn = share;
  }
  return points;
}

/** n too small to trust it: marked as in the tables. */
function numberOf({ value, small }: MarkedQuantile): string {
  return `${measured(value)}${small ? "*" : ""}`;
}

function runEntry({ name, data }: Named<Sample>, i: number): LegendEntry {
  const numbers = data.quantiles.map((quantile) => `${quantile.name} ${numberOf(quantile)}`);
  return {
    text: `${name}: ${numbers.join(", ")} ms`,
    key: { kind: "line", style: runStyle(i), marked: true },
  };
}

function quantileEntry(runs: readonly Named<Sample>[], which: string): LegendEntry[] {
  const quantiles = runs.flatMap(({ data }) => data.quantiles);
  if (quantiles.length === 0) return [];
  const hasInterval = quantiles.some(({ low, high }) => low !== null || high !== null);
  const isSmall = quantiles.some(({ small }) => small);
  const text = `${which}${hasInterval ? " with 95 % intervals" : ""}${isSmall ? " (* n too small to trust it)" : ""}`;
  return [{ text, key: { kind: "point", style: runStyle(0) } }];
}

function capitalized(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

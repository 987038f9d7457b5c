import type { QuantileEstimate } from "../../../analysis/describe.ts";
import { formatBytes, formatDuration } from "../../../core/units.ts";
import { counted, measured } from "../../numbers.ts";
import type { About } from "../about.ts";
import type { Axis, Bar, Figure, Layer, Panel } from "../spec.ts";
import { plain } from "../ticks.ts";
import type { LoadedRun } from "./facts.ts";
import { type Difference, differences, shortDifference, shortTexts } from "./settings.ts";
import { durationUnit, microbatchCount, shortened } from "./texts.ts";

/** There are no more fill patterns: further runs could not be told apart in black and white. */
export const MOST_RUNS = 8;

/** Part of the axis that is left above the highest bar, for its numbers: one line or two in half a page, three in a whole one. */
const HEADROOM = { one: 0.22, two: 0.3, three: 0.26 };
/** Up to so many runs their bars have room for the interval in numbers. */
const MOST_WITH_INTERVAL = 3;

const QUANTILES = ["p95", "p99"] as const;
const WHISKERS = "whiskers: 95 % intervals, open where n is too small for a bound";

/** Samples and bytes per second: a bar for each run. */
export function throughputFigure(runs: readonly LoadedRun[], about: About): Figure {
  const half = runs.length === 1 ? 0.13 : runs.length === 2 ? 0.2 : 0.3;
  const bars = runs.map(({ loading: { throughput } }, i): Bar => {
    const { samplesPerS, low, high, bytesPerS } = throughput;
    const interval = low === null && high === null ? null : { low, high };
    return {
      from: i - half,
      to: i + half,
      value: samplesPerS,
      interval,
      label: [
        `${measured(samplesPerS)} samples/s`,
        ...(interval === null ? [] : [`[${bound(low, measured)} to ${bound(high, measured)}]`]),
        ...(bytesPerS === null ? [] : [`${formatBytes(bytesPerS)}/s`]),
      ],
    };
  });
  const different = differencesOf(runs);
  return {
    name: "throughput",
    title: "Throughput",
    subtitle: subtitle(
      different,
      "samples loaded over the time of the counted steps, compute included",
      WHISKERS,
    ),
    caution: about.caution,
    panels: [
      {
        name: "Samples per second",
        y: barAxis(bars, HEADROOM.three),
        layers: bars.map((bar, look): Layer => ({ kind: "bars", look, bars: [bar] })),
      },
    ],
    x: {
      scale: "groups",
      name: "",
      groups: runs.map(({ run, loading }, i) => [
        shortened(run.name, Math.floor(NAMES_WIDE / runs.length)),
        ...knobLines(different, i),
        `n = ${counted(loading.throughput.steps, "step")}`,
      ]),
    },
    legend: [],
    facts: about.facts,
    plotHeight: 400,
  };
}

/** P95 and P99 of loading time per step and per microbatch: a bar for each run in each. */
export function tailsFigure(runs: readonly LoadedRun[], about: About): Figure {
  const different = differencesOf(runs);
  const metrics = [
    {
      name: "Per step",
      of: ({ loading }: LoadedRun) => loading.stepMs,
      what: "its first microbatch is asked for until its last is in memory",
    },
    {
      name: "Per microbatch",
      of: ({ loading }: LoadedRun) => loading.microbatchMs,
      what: "a reader takes it up until its last byte is in memory",
    },
  ];
  const headroom = runs.length <= MOST_WITH_INTERVAL ? HEADROOM.two : HEADROOM.one;
  const panels = metrics.map(({ name, of, what }): Panel => {
    const estimates = runs.map((one) => QUANTILES.map((quantile) => of(one)?.quantiles[quantile] ?? null));
    const { unit, ms } = durationUnit(Math.max(...estimates.flat().map((estimate) => estimate?.value ?? 0)));
    const layers = estimates.map(
      (own, look): Layer => ({
        kind: "bars",
        look,
        bars: own.flatMap((estimate, group) =>
          estimate === null ? [] : [tailBar(estimate, group, look, runs.length, ms)],
        ),
      }),
    );
    const bars = layers.flatMap((layer) => (layer.kind === "bars" ? layer.bars : []));
    return { name: `${name}, ${unit}: ${what}`, y: barAxis(bars, headroom), layers };
  });
  const isSmall = runs.some((one) =>
    metrics.some(({ of }) => QUANTILES.some((q) => of(one)?.quantiles[q].small)),
  );
  return {
    name: "loading_time_tails",
    title: "Loading time, P95 and P99",
    subtitle: subtitle(different, WHISKERS, isSmall ? "* n too small to trust it" : ""),
    caution: about.caution,
    panels,
    x: { scale: "groups", name: "", groups: [["P95"], ["P99"]] },
    legend: runs.map(({ run, loading }, look) => ({
      text: `${[shortened(run.name, NAME_IN_KEY), ...knobLines(different, look)].join(", ")} (${sizes(loading)})`,
      key: { kind: "bar", look },
    })),
    facts: about.facts,
    plotHeight: 440,
  };
}

function tailBar(
  { value, low, high, small }: QuantileEstimate,
  group: number,
  look: number,
  count: number,
  unitMs: number,
): Bar {
  const width = Math.min(0.24, 0.84 / count);
  const from = group + (look - count / 2) * width;
  const gap = 0.06 * width;
  const hasInterval = low !== null || high !== null;
  const interval = `[${bound(low, formatDuration)} to ${bound(high, formatDuration)}]`;
  return {
    from: from + gap,
    to: from + width - gap,
    value: value / unitMs,
    interval: hasInterval
      ? { low: low === null ? null : low / unitMs, high: high === null ? null : high / unitMs }
      : null,
    label: [
      `${formatDuration(value)}${small ? "*" : ""}`,
      ...(hasInterval && count <= MOST_WITH_INTERVAL ? [interval] : []),
    ],
  };
}

/** From 0 on, with room for the numbers above bars and intervals. */
function barAxis(bars: readonly Bar[], headroom: number): Axis {
  const most = Math.max(...bars.map(({ value, interval }) => Math.max(value, interval?.high ?? 0)), 0);
  return { scale: "linear", domain: [0, (most || 1) / (1 - headroom)], tight: true, format: plain };
}

function bound(value: number | null, format: (value: number) => string): string {
  return value === null ? "?" : format(value);
}

function sizes({ throughput, microbatchMs }: LoadedRun["loading"]): string {
  return `n = ${counted(throughput.steps, "step")}, ${microbatchCount(microbatchMs?.n ?? 0)}`;
}

function differencesOf(runs: readonly LoadedRun[]): Difference[] {
  return differences(runs.map(({ run }) => run.metadata));
}

/** Settings for which there is room under a bar, in a key and in a subtitle. */
const MOST_KNOBS = 2;
/** Characters of all runs' names, where these stand side by side, and of a name in the key. */
const NAMES_WIDE = 130;
const NAME_IN_KEY = 48;

/** What the i-th run has where runs differ. */
function knobLines(different: readonly Difference[], i: number): string[] {
  return shortTexts(different, MOST_KNOBS, (one) => shortDifference(one, i));
}

function subtitle(different: readonly Difference[], ...more: readonly string[]): string {
  const knobs = shortTexts(different, MOST_KNOBS, (one) => shortDifference(one)).join(", ");
  return [knobs, ...more].filter((part) => part !== "").join(" · ");
}

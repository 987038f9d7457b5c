import type { QuantileEstimate } from "../../../analysis/describe.ts";
import { formatDuration } from "../../../core/units.ts";
import { counted } from "../../numbers.ts";
import type { About } from "../about.ts";
import type { Bar, Figure, Layer, Panel } from "../spec.ts";
import { barAxis, bound, differencesOf, knobLines, subtitle, WHISKERS } from "./bar-figure.ts";
import type { LoadedRun } from "./facts.ts";
import { durationUnit, microbatchCount, shortened } from "./texts.ts";

/** Up to so many runs their bars have room for the interval in numbers. */
const MOST_WITH_INTERVAL = 3;
/** For a number alone, and for its interval too. */
const HEADROOM = { one: 0.22, two: 0.3 };
/** Characters of a name in the key. */
const NAME_IN_KEY = 48;

const QUANTILES = ["p95", "p99"] as const;

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
] as const;

/** P95 and P99 of loading time per step and per microbatch: a bar for each run in each. */
export function tailsFigure(runs: readonly LoadedRun[], about: About): Figure {
  const different = differencesOf(runs);
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

function sizes({ throughput, microbatchMs }: LoadedRun["loading"]): string {
  return `n = ${counted(throughput.steps, "step")}, ${microbatchCount(microbatchMs?.n ?? 0)}`;
}

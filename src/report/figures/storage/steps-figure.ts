import { quantile } from "../../../analysis/quantile.ts";
import { formatDuration } from "../../../core/units.ts";
import { counted } from "../../numbers.ts";
import type { About } from "../about.ts";
import { suited } from "../axis.ts";
import { runStyle } from "../run-style.ts";
import { keyOf, valuesOf } from "../serving/time-lines.ts";
import type { Figure, Layer, Panel, Point } from "../spec.ts";
import { whole } from "../ticks.ts";
import { joined, type RankRows } from "./rank-rows.ts";
import { microbatchCount } from "./texts.ts";

/** Up to here each time is a point of its own. */
const MOST_POINTS = 1000;
/** As many bins as a picture of this width can show apart. */
const MOST_BINS = 120;

/** Times with the steps that they belong to. */
interface Times {
  step: Float64Array;
  ms: Float64Array;
}

/** Loading time of each step and microbatch over the steps' numbers, warm-up set off; of several ranks all together. */
export function stepsFigure(ranks: readonly RankRows[], about: About): Figure {
  const steps = {
    step: joined(ranks.map((rank) => rank.steps.step)),
    ms: joined(ranks.map(({ steps: { loadedAt, askedAt } }) => loadedAt.map((at, i) => at - askedAt[i]!))),
  };
  const microbatches = {
    step: joined(ranks.map((rank) => rank.microbatches.step)),
    ms: joined(ranks.map((rank) => rank.microbatches.loadMs)),
  };
  const [first, last] = [leastOf(steps.step), -leastOf(steps.step.map((step) => -step))];
  const computeMs = meanComputeMs(ranks);
  const warmup: Layer[] = first < 0 ? [{ kind: "zone", from: first - 0.5, to: -0.5 }] : [];
  const compute: Layer[] = computeMs === 0 ? [] : [{ kind: "rule", along: "y", at: computeMs }];
  const stepCount = last - first + 1;
  const notes = [
    `n = ${counted(steps.step.length + Math.min(0, first) * ranks.length, "step")}, ${microbatchCount(microbatches.step.filter((step) => step >= 0).length)}`,
    ...(first < 0 ? ["shaded: warm-up, in no figure but this one"] : []),
    ...(computeMs === 0
      ? []
      : [
          `dashed: mean compute, ${formatDuration(computeMs)}; a step above it waits longer than it computes`,
        ]),
  ];
  return {
    name: "loading_over_steps",
    title: "Loading time over steps",
    subtitle: notes.join(" · "),
    caution: about.caution,
    panels: [
      timesPanel("Loading time per step", steps, stepCount, [...warmup, ...compute]),
      timesPanel("Loading time per microbatch", microbatches, stepCount, warmup),
    ],
    x: {
      name: "Step, the first counted one is 0",
      scale: "linear",
      domain: [first - 0.5, last + 0.5],
      tight: true,
      format: whole,
    },
    legend: [],
    facts: about.facts,
    plotHeight: 420,
  };
}

/** @param behind what else its panel has: its values are to be seen too */
function timesPanel(name: string, times: Times, stepCount: number, behind: readonly Layer[]): Panel {
  const { layers, key } = times.ms.length <= MOST_POINTS ? points(times) : lines(times, stepCount);
  const rules = behind.flatMap((layer) => (layer.kind === "rule" ? [layer.at] : []));
  const y = suited([...valuesOf(layers), ...rules]);
  return {
    name: `${name}, ms${y.scale === "log" ? " (logarithmic)" : ""}`,
    y,
    layers: [...behind, ...layers],
    key,
  };
}

type Drawn = Required<Pick<Panel, "layers" | "key">>;

function points({ step, ms }: Times): Drawn {
  const at = Array.from(ms, (value, i): Point => [step[i]!, value]);
  return { layers: [{ kind: "points", style: runStyle(0), points: at, small: true }], key: [] };
}

function lines(times: Times, stepCount: number): Drawn {
  const perBin = Math.ceil(stepCount / MOST_BINS);
  const bins = binned(times, perBin);
  const line = (q: number, look: number): Layer => ({
    kind: "line",
    style: runStyle(look),
    points: bins.map(({ middle, sorted }): Point => [middle, quantile(sorted, q)!]),
    thin: look === 2,
  });
  const each = perBin === 1 ? "each step" : `${perBin} steps`;
  return {
    layers: [line(1, 2), line(0.95, 1), line(0.5, 0)],
    key: keyOf(`p50 of ${each}`, "p95", "largest"),
  };
}

/** Times by even bins of steps; one begins with the first counted step, so that none has warm-up and counted ones. */
function binned({ step, ms }: Times, perBin: number) {
  const groups = Map.groupBy(ms.keys(), (i) => Math.floor(step[i]! / perBin));
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([, rows]) => ({
      middle: rows.reduce((sum, i) => sum + step[i]!, 0) / rows.length,
      sorted: Float64Array.from(rows, (i) => ms[i]!).sort(),
    }));
}

function meanComputeMs(ranks: readonly RankRows[]): number {
  const all = joined(ranks.map(({ steps }) => steps.computeMs));
  return all.reduce((sum, ms) => sum + ms, 0) / all.length;
}

function leastOf(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

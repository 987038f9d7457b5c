import { binAt, type EvenBins, edgesOf, evenBins, TimeBins } from "../../../analysis/time-bins.ts";
import { formatDuration } from "../../../core/units.ts";
import { counted } from "../../numbers.ts";
import type { About } from "../about.ts";
import { fromZero } from "../axis.ts";
import { runStyle } from "../run-style.ts";
import { gpuPanels } from "../serving/gpu-panels.ts";
import { gpusOverTime } from "../serving/over-time-data.ts";
import { timeAxis } from "../serving/time-axis.ts";
import { stepsOf, valuesOf } from "../serving/time-lines.ts";
import type { Figure, Layer, Panel } from "../spec.ts";
import { beganAt } from "./loading.ts";
import type { StorageRun } from "./run.ts";

const MOST_BINS = 120;
/** Steps in a bin, on average: with fewer it would show how they fall into bins. */
const LEAST_STEPS = 5;
/** `evenBins` makes bins of at least ten of the finest. */
const FINE_PER_BIN = 10;

/** Samples and bytes that came, by time, and what the GPUs did meanwhile. @returns null for a run that took no time */
export function overTimeFigure(run: StorageRun, about: About): Figure | null {
  const { ranks, writer } = run.rows;
  const [samples, bytes] = [new TimeBins(), new TimeBins()];
  let [fromMs, toMs, steps] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const rank of ranks) {
    const began = beganAt(rank);
    const first = rank.steps.step.findIndex((step) => step >= 0);
    fromMs = Math.min(fromMs, rank.steps.askedAt[first]! - began);
    toMs = Math.max(toMs, rank.steps.computeEndAt.at(-1)! - began);
    steps += rank.steps.step.length - first;
    for (const [i, at] of rank.microbatches.gotAt.entries()) {
      if (rank.microbatches.step[i]! < 0) continue;
      samples.add(at - began, rank.microbatches.samples[i]!);
      bytes.add(at - began, rank.microbatches.bytes[i]!);
    }
  }
  if (toMs <= fromMs) return null;
  const meanStepMs = ((toMs - fromMs) * ranks.length) / steps;
  const finestMs = Math.max(samples.widthMs, (LEAST_STEPS * meanStepMs) / FINE_PER_BIN);
  const bins = evenBins(fromMs, toMs, finestMs, MOST_BINS);
  const edgesS = edgesOf(bins).map((ms) => (ms - fromMs) / 1000);
  const perS = (sums: Float64Array) => sums.map((amount, i) => amount / (edgesS[i + 1]! - edgesS[i]!));
  const panel = (name: string, values: Float64Array): Panel => {
    const layers: Layer[] = [{ kind: "line", style: runStyle(0), points: stepsOf(edgesS, values) }];
    return { name, y: fromZero(valuesOf(layers)), layers };
  };
  const panels = [
    panel("Samples per second", perS(samples.sums(bins))),
    ...(writer === "python"
      ? []
      : [
          panel(
            "MB of samples per second",
            perS(bytes.sums(bins)).map((b) => b / 1e6),
          ),
        ]),
    ...gpuPanels({ edgesS, gpus: gpusOf(run, bins) }),
  ];
  const x = timeAxis(edgesS.at(-1)!, "since the first counted step began");
  return {
    name: "throughput_over_time",
    title: "Throughput over time",
    subtitle: `${counted(steps, "step")} · samples as the consumer had their microbatch · bins of ${formatDuration(bins.widthMs)}`,
    caution: about.caution,
    panels: panels.map((one) => ({ ...one, layers: one.layers.map((layer) => inUnit(layer, x.unitS)) })),
    x: x.axis,
    legend: [],
    facts: about.facts,
    plotHeight: 150 * panels.length,
  };
}

function inUnit(layer: Layer, unitS: number): Layer {
  if (layer.kind !== "line") return layer;
  return { ...layer, points: layer.points.map(([x, y]) => [x / unitS, y] as const) };
}

/** The GPUs beside rank 0; their readings have the wall's clock, which only metadata.yaml ties to that of the rows. */
function gpusOf({ rows: { ranks }, gpuReadings, metadata }: StorageRun, bins: EvenBins) {
  const clock = metadata?.environment?.clock ?? null;
  const rank = ranks.find((one) => one.rank === 0);
  if (gpuReadings === null || clock === null || rank === undefined) return [];
  const began = beganAt(rank);
  const toMs = (unixMs: number) => unixMs - clock.unixMs + clock.monotonicMs - began;
  const inside = gpuReadings.filter(({ unixMs }) => binAt(toMs(unixMs), bins) !== null);
  return gpusOverTime(inside, toMs, bins);
}

import { type Occupancy, occupancy } from "../../../analysis/occupancy.ts";
import { quantile } from "../../../analysis/quantile.ts";
import { binAt, type EvenBins, edgesOf, evenBins } from "../../../analysis/time-bins.ts";
import type { Window } from "../../../benchmarks/serving/windows.ts";
import type { CollectedRun, RequestSpan } from "./collect.ts";
import type { GpuReading } from "./gpu-series.ts";

/** As many bins as a picture of this width can show apart. */
const MOST_BINS = 120;
/** Up to here each request's TTFT is a point of its own. */
const MOST_POINTS = 1000;

/** TTFT by send time; seconds since the first intended send, ms. */
export type TtftOverTime =
  | { kind: "points"; points: readonly (readonly [number, number])[] }
  | {
      kind: "quantiles";
      p50: readonly (readonly [number, number])[];
      p90: readonly (readonly [number, number])[];
      most: readonly (readonly [number, number])[];
    };

/** Mean of one GPU's readings in each bin; null in a bin without any. */
export interface GpuOverTime {
  gpu: number;
  utilizationPercent: (number | null)[];
  powerW: (number | null)[];
}

/** A run by time, in bins. */
export interface OverTime {
  /** Edges in seconds since the first intended send. */
  edgesS: number[];
  widthMs: number;
  inFlight: Occupancy;
  ttft: TtftOverTime;
  tokensPerS: Float64Array;
  sentPerS: Float64Array;
  succeededPerS: Float64Array;
  failedPerS: Float64Array;
  gpus: GpuOverTime[];
}

/**
 * @param window of the whole run
 * @param gpu its readings and the wall clock at an instant of the run's clock; null where there are none
 */
export function overTime(
  run: CollectedRun,
  window: Window,
  gpu: { readings: readonly GpuReading[]; startAt: number; startUnixMs: number } | null,
): OverTime {
  const bins = evenBins(window.startAt, window.endAt, run.tokens.widthMs, MOST_BINS);
  const secondsAt = (at: number) => (at - window.startAt) / 1000;
  const edgesS = edgesOf(bins).map(secondsAt);
  const perS = (counts: Float64Array) =>
    counts.map((n, i) => n / Math.max(edgesS[i + 1]! - edgesS[i]!, 1e-6));
  const sent = run.spans.filter(({ sentAt }) => sentAt !== null);
  const ended = (of: (span: RequestSpan) => boolean) =>
    perS(
      countsOf(
        run.spans.filter(of).map(({ endAt }) => endAt),
        bins,
      ),
    );
  return {
    edgesS,
    widthMs: bins.widthMs,
    inFlight: occupancy(
      Float64Array.from(sent, ({ sentAt }) => sentAt!).sort(),
      Float64Array.from(sent, ({ endAt }) => endAt).sort(),
      bins,
    ),
    ttft: ttftOverTime(sent, bins, secondsAt),
    tokensPerS: perS(run.tokens.sums(bins)),
    sentPerS: perS(
      countsOf(
        sent.map(({ sentAt }) => sentAt!),
        bins,
      ),
    ),
    succeededPerS: ended(({ failed, unfinished }) => !failed && !unfinished),
    failedPerS: ended(({ failed }) => failed),
    gpus:
      gpu === null
        ? []
        : gpusOverTime(gpu.readings, (unixMs) => unixMs - gpu.startUnixMs + gpu.startAt, bins),
  };
}

function countsOf(instants: readonly number[], bins: EvenBins): Float64Array {
  const counts = new Float64Array(bins.count);
  for (const at of instants) {
    const bin = binAt(at, bins);
    if (bin !== null) counts[bin]!++;
  }
  return counts;
}

function ttftOverTime(
  sent: readonly RequestSpan[],
  bins: EvenBins,
  secondsAt: (at: number) => number,
): TtftOverTime {
  const known = sent.filter(({ knownTtftMs }) => knownTtftMs !== null);
  if (known.length <= MOST_POINTS)
    return {
      kind: "points",
      points: known.map(({ sentAt, knownTtftMs }) => [secondsAt(sentAt!), knownTtftMs!] as const),
    };
  const edges = edgesOf(bins);
  const byBin = Map.groupBy(known, ({ sentAt }) => binAt(sentAt!, bins) ?? 0);
  const filled = [...byBin]
    .sort(([a], [b]) => a - b)
    .map(([bin, spans]) => ({
      middleS: secondsAt((edges[bin]! + edges[bin + 1]!) / 2),
      sorted: Float64Array.from(spans, ({ knownTtftMs }) => knownTtftMs!).sort(),
    }));
  const line = (q: number) => filled.map(({ middleS, sorted }) => [middleS, quantile(sorted, q)!] as const);
  return { kind: "quantiles", p50: line(0.5), p90: line(0.9), most: line(1) };
}

/** @param toMs from a reading's wall clock to that of the bins */
export function gpusOverTime(
  readings: readonly GpuReading[],
  toMs: (unixMs: number) => number,
  bins: EvenBins,
): GpuOverTime[] {
  const byGpu = Map.groupBy(readings, ({ gpu }) => gpu);
  return [...byGpu]
    .sort(([a], [b]) => a - b)
    .map(([gpu, own]) => {
      const means = (of: (reading: GpuReading) => number | null) => {
        const sums = new Float64Array(bins.count);
        const counts = new Float64Array(bins.count);
        for (const reading of own) {
          const [bin, value] = [binAt(toMs(reading.unixMs), bins), of(reading)];
          if (value === null || bin === null) continue;
          sums[bin]! += value;
          counts[bin]!++;
        }
        return Array.from(sums, (sum, i) => (counts[i] === 0 ? null : sum / counts[i]!));
      };
      return { gpu, utilizationPercent: means((r) => r.utilizationPercent), powerW: means((r) => r.powerW) };
    });
}

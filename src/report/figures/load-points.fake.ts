import { wilson } from "../../analysis/wilson.ts";
import type { Estimate, Latency, LoadPoint, LoadSeries } from "./load-points.ts";

/** A server of a known capacity at evenly spaced loads up to 1.3 times of it, as queueing bends latency; for tests. */
export function fakeSeries(name: string, loads: number, capacityPerS = 20): LoadSeries {
  return {
    name,
    isCurve: true,
    points: Array.from({ length: loads }, (_, i) => fakePoint(i, loads, capacityPerS)),
  };
}

function fakePoint(i: number, loads: number, capacityPerS: number): LoadPoint {
  const offeredPerS = (capacityPerS * 1.3 * (i + 1)) / loads;
  const serviceMs = 30 / (1 - Math.min(offeredPerS / capacityPerS, 0.985));
  const isShort = i % 3 === 1;
  const n = isShort ? 40 : 400;
  const good = Math.round(n * Math.max(0, Math.min(0.99, 5 - (4 * offeredPerS) / capacityPerS)));
  const { low, high } = wilson(good, n) as { low: number; high: number };
  const outputTokensPerS = Math.min(offeredPerS, capacityPerS) * 128;
  return {
    label: `${Number(offeredPerS.toPrecision(3))} req/s`,
    isSaturated: offeredPerS > 1.15 * capacityPerS,
    n,
    outputTokensPerS,
    offeredPerS,
    e2elMs: fakeLatency(serviceMs * 20, isShort),
    ttftMs: fakeLatency(serviceMs, isShort),
    ntpotMs: fakeLatency(serviceMs / 3, isShort),
    goodput: { fraction: good / n, low, high },
    usdPerMTokens: (3 * 1e6) / (outputTokensPerS * 3600),
  };
}

function fakeLatency(ms: number, isShort: boolean): Latency {
  const around = (value: number): Estimate => ({
    value,
    isLowerBound: false,
    low: value * 0.93,
    high: value * 1.08,
  });
  const p99 = around(ms * 2.4);
  return { p50: around(ms), p90: around(ms * 1.6), p99: isShort ? { ...p99, high: null } : p99 };
}

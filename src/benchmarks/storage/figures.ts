import { sum } from "../../analysis/sum.ts";
import type { Measurements } from "./measurements.ts";

/** Seconds from asking for the first counted step to the end of the last one's compute; null where there was none. */
export function windowS({ startAt, endAt }: Measurements): number | null {
  return startAt === null || endAt === null ? null : (endAt - startAt) / 1000;
}

/**
 * Accelerator utilisation: the compute that was asked for over the whole window, which is compute and waiting for data; null without
 * compute. What emulated compute took beyond that kept no accelerator busy.
 */
export function acceleratorUtilisation(measured: Measurements): number | null {
  const seconds = windowS(measured);
  const askedMs = sum(measured.computeAskedMs.toArray());
  return seconds === null || askedMs === 0 ? null : askedMs / (seconds * 1000);
}

/** How far emulated compute was from what was asked for: their totals' relative difference; null without compute. */
export function computeError(measured: Measurements): number | null {
  const asked = sum(measured.computeAskedMs.toArray());
  return asked === 0 ? null : sum(measured.computeMs.toArray()) / asked - 1;
}

/** How far single steps were off: the 99th percentile of |time / asked - 1|; null without compute. */
export function computeStepErrorP99(measured: Measurements): number | null {
  const asked = measured.computeAskedMs.toArray();
  const off = measured.computeMs
    .toArray()
    .map((ms, step) => Math.abs(ms / asked[step]! - 1))
    .filter((error) => Number.isFinite(error))
    .sort();
  return off.length === 0 ? null : off[Math.ceil(0.99 * off.length) - 1]!;
}

/**
 * Mean absolute difference of successive step times, ms: how uneven steps are, a drift of their level left out. The compute that was asked
 * for is taken out of each, so that what was drawn for it is no unevenness.
 */
export function jitterMs(measured: Measurements): number | null {
  const asked = measured.computeAskedMs.toArray();
  const times = measured.stepMs.toArray().map((ms, step) => ms - asked[step]!);
  if (times.length < 2) return null;
  let total = 0;
  for (let i = 1; i < times.length; i++) total += Math.abs(times[i]! - times[i - 1]!);
  return total / (times.length - 1);
}

/**
 * How much of the throughput the loading within the window would have kept up, of 1: what was in memory before the window begins is given
 * out in it, so that short runs are faster than what they read from. 1 or more where readers keep ahead; 0 where all was there before.
 * A microbatch that was in loading when the window began counts by the part of its time that is within.
 */
export function sustainedShare(measured: Measurements): number | null {
  const { startAt, endAt } = measured;
  if (startAt === null || endAt === null || endAt === startAt) return null;
  const starts = measured.readStartAt.toArray();
  let [within, lastAt] = [0, startAt];
  for (const [i, readEndAt] of measured.readEndAt.toArray().entries()) {
    lastAt = Math.max(lastAt, readEndAt);
    if (starts[i]! >= startAt) within++;
    else if (readEndAt > startAt) within += (readEndAt - startAt) / (readEndAt - starts[i]!);
  }
  if (within === 0) return starts.length === 0 ? null : 0;
  return lastAt === startAt ? null : ((within / starts.length) * (endAt - startAt)) / (lastAt - startAt);
}

/** Readers that load something, at the same time: mean over the window, and the most. */
export function readersAtWork(measured: Measurements): { mean: number; max: number } | null {
  const { startAt, endAt } = measured;
  if (startAt === null || endAt === null || endAt === startAt) return null;
  const { starts, ends } = busyTimes(measured);
  let busyMs = 0;
  for (const at of ends) busyMs += Math.min(Math.max(at, startAt), endAt);
  for (const at of starts) busyMs -= Math.min(Math.max(at, startAt), endAt);
  starts.sort((a, b) => a - b);
  ends.sort((a, b) => a - b);
  let max = 0;
  for (let begun = 0, ended = 0; begun < starts.length; begun++) {
    while (ends[ended]! <= starts[begun]!) ended++;
    max = Math.max(max, begun + 1 - ended);
  }
  return { mean: busyMs / (endAt - startAt), max };
}

/** From when until when readers were at work: with io_uring one has several microbatches in loading. A reader begins them in order. */
function busyTimes(measured: Measurements): { starts: number[]; ends: number[] } {
  const [starts, ends]: number[][] = [[], []];
  const endsOf = measured.readEndAt.toArray();
  const startsOf = measured.readStartAt.toArray();
  /** Where each reader's last time is. */
  const last = new Map<number, number>();
  for (const [i, reader] of measured.reader.toArray().entries()) {
    const at = last.get(reader);
    if (at !== undefined && startsOf[i]! <= ends![at]!) {
      ends![at] = Math.max(ends![at]!, endsOf[i]!);
      continue;
    }
    last.set(reader, starts!.length);
    starts!.push(startsOf[i]!);
    ends!.push(endsOf[i]!);
  }
  return { starts: starts!, ends: ends! };
}

import { sum, sumOrNull } from "../../../analysis/sum.ts";
import type { AccessPlan } from "../access/schedule.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { computeError, computeStepErrorP99, readersAtWork } from "../figures.ts";
import { hotSpotsOf } from "../hot-spots.ts";
import { needOf } from "../need.ts";
import type { PipelinePlan } from "../pipeline/run.ts";
import type { NetworkCounts } from "../remote/network-counts.ts";
import { measuredFigures } from "../summary.ts";
import type { RankFigures, StorageSummary } from "../summary-shape.ts";
import { mergedToGpu } from "../to-gpu/figures.ts";
import { warningsOf } from "../warnings.ts";
import { concatenated } from "./concatenate.ts";
import type { RankPart } from "./part.ts";

/**
 * summary.json of all ranks: figures over their concatenated records, totals of what each took. Pure.
 * @param parts of the ranks that handed theirs over, at least one
 * @param plan of any of the ranks
 * @param failure of the whole run
 */
export function mergeRanks(
  parts: readonly RankPart[],
  plan: PipelinePlan,
  dataset: Dataset,
  failure: Error | null,
): StorageSummary {
  const summaries = parts.map(({ summary }) => summary);
  const [first] = summaries as [StorageSummary];
  const measured = concatenated(parts);
  const asked = measured.computeAskedMs.toArray();
  const stepsDone = Math.min(...summaries.map(({ steps }) => steps.done));
  const client = mergedCost(summaries);
  const { bytes: sampleBytes, requestedBytes } = measured.total;
  const processBytes = sumOrNull(summaries.map(({ reads }) => reads.processBytes));
  const ratio = (bytes: number | null) => (bytes === null || sampleBytes === 0 ? null : bytes / sampleBytes);
  const figures = {
    ...first,
    run: { ...first.run, interrupted: failure === null && summaries.some(({ run }) => run.interrupted) },
    steps: {
      ...first.steps,
      done: stepsDone,
      warmup: Math.min(...summaries.map(({ steps }) => steps.warmup)),
    },
    loader: {
      ...first.loader,
      workers: first.loader.workers * parts.length,
      readersAtWork: readersAtWork(measured),
      sustainedShare: leastOf(summaries.map(({ loader }) => loader.sustainedShare)),
      queueDepth: mergedDepth(summaries),
    },
    dataset: {
      ...first.dataset,
      samplesRead: samplesRead(parts),
      epochs: measured.total.samples / first.dataset.samples,
      hostMemoryBytes: sumOrNull([...memoryOfHosts(parts).values()]),
    },
    ...measuredFigures(
      measured,
      parts.map((part) => ({ samples: part.measured.samples, stepMs: part.summary.metrics.stepMs })),
    ),
    jitterMs: mergedJitter(summaries),
    compute: {
      askedMeanMs: asked.length === 0 ? 0 : sum(asked) / asked.length,
      error: computeError(measured),
      stepErrorP99: computeStepErrorP99(measured),
      au: mergedAu(parts),
      nullSourceAu: leastOf(summaries.map(({ compute }) => compute.nullSourceAu)),
    },
    reads: {
      sampleBytes,
      requestedBytes,
      requestedRatio: ratio(requestedBytes),
      processBytes,
      processRatio: ratio(processBytes),
      // Ranks on one machine would count its disk once each.
      device: null,
      deviceBytes: null,
      deviceRatio: null,
    },
    network: mergedNetwork(summaries.map(({ network }) => network)),
    toGpu: mergedToGpu(
      summaries.map(({ toGpu }) => toGpu),
      measured,
    ),
    hotSpots: hotSpotsOf(dataset, accessesOf(parts, plan.access), plan.steps, stepsDone),
    client,
    cpuSPerGb:
      sampleBytes === 0 ? null : (client.cpuUserMs + client.cpuSystemMs) / 1000 / (sampleBytes / 1e9),
    validity: mergedValidity(parts),
    ranks: parts.map(rankFigures),
    lostRanks: lostOf(parts, plan.access.ranks),
    failure: failure?.message ?? null,
  };
  const whole = { ...figures, need: needOf(figures) };
  return { ...whole, warnings: warningsOf(whole) };
}

/** Each rank waits for its own data: its compute over its own window, weighed by the length of that window. */
function mergedAu(parts: readonly RankPart[]): number | null {
  let [computeMs, windowMs] = [0, 0];
  for (const { summary, columns } of parts) {
    if (summary.compute.au === null || summary.windowS === null) continue;
    computeMs += sum(columns.computeAskedMs);
    windowMs += summary.windowS * 1000;
  }
  return windowMs === 0 ? null : computeMs / windowMs;
}

/** The mean over all pairs of successive steps, each of one rank. */
function mergedJitter(summaries: readonly StorageSummary[]): number | null {
  let [total, pairs] = [0, 0];
  for (const { jitterMs, steps } of summaries) {
    if (jitterMs === null) continue;
    total += jitterMs * (steps.done - 1);
    pairs += steps.done - 1;
  }
  return pairs === 0 ? null : total / pairs;
}

/** The mean of the ranks' means, and the most of any. */
function mergedDepth(summaries: readonly StorageSummary[]): StorageSummary["loader"]["queueDepth"] {
  const known = summaries.map(({ loader }) => loader.queueDepth).filter((depth) => depth !== null);
  const [first] = known;
  if (first === undefined) return null;
  const means = known.map(({ mean }) => mean).filter((mean) => mean !== null);
  return {
    asked: first.asked,
    mean: means.length === 0 ? null : sum(means) / means.length,
    most: Math.max(...known.map(({ most }) => most)),
  };
}

function mergedCost(summaries: readonly StorageSummary[]): StorageSummary["client"] {
  const of = (key: keyof StorageSummary["client"]) => summaries.map(({ client }) => client[key]);
  return {
    cpuShare: sum(of("cpuShare")),
    cpuUserMs: sum(of("cpuUserMs")),
    cpuSystemMs: sum(of("cpuSystemMs")),
    maxRssBytes: sum(of("maxRssBytes")),
    wallMs: Math.max(...of("wallMs")),
  };
}

function mergedNetwork(counts: readonly (NetworkCounts | null)[]): NetworkCounts | null {
  const known = counts.filter((one) => one !== null);
  const [first] = known;
  if (first === undefined) return null;
  const causes = Object.keys(first.retries) as (keyof NetworkCounts["retries"])[];
  const retries = causes.map((cause) => [cause, sum(known.map(({ retries }) => retries[cause]))]);
  return {
    requests: sum(known.map(({ requests }) => requests)),
    retries: Object.fromEntries(retries) as NetworkCounts["retries"],
  };
}

/** As bad as the worst rank's. */
function mergedValidity(parts: readonly RankPart[]): StorageSummary["validity"] {
  const verdicts = parts.map(({ summary }) => summary.validity.verdict);
  const verdict = (["unfit", "doubtful"] as const).find((bad) => verdicts.includes(bad)) ?? "fit";
  const reasons = parts.flatMap(({ rank, summary }) =>
    summary.validity.reasons.map((reason) => `rank ${rank}: ${reason}`),
  );
  return { verdict, reasons };
}

function lostOf(parts: readonly RankPart[], ranks: number): number[] {
  const there = new Set(parts.map(({ rank }) => rank));
  return Array.from({ length: ranks }, (_, rank) => rank).filter((rank) => !there.has(rank));
}

function rankFigures({ rank, host, summary }: RankPart): RankFigures {
  return {
    rank,
    host,
    hostMemoryBytes: summary.dataset.hostMemoryBytes,
    stepsDone: summary.steps.done,
    throughput: summary.throughput,
    au: summary.compute.au,
    stepP95Ms: summary.metrics.stepMs?.quantiles.p95.value ?? null,
  };
}

/** Ranks of one machine share its memory. */
function memoryOfHosts(parts: readonly RankPart[]): Map<string, number | null> {
  return new Map(parts.map(({ host, summary }) => [host, summary.dataset.hostMemoryBytes]));
}

function accessesOf(parts: readonly RankPart[], access: AccessPlan): AccessPlan[] {
  return parts.map(({ rank }) => ({ ...access, rank }));
}

function samplesRead(parts: readonly RankPart[]): number {
  const [first] = parts as [RankPart];
  let count = 0;
  for (let i = 0; i < first.visits.length; i++) if (parts.some(({ visits }) => visits[i]! > 0)) count++;
  return count;
}

function leastOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

import { readFileSync } from "node:fs";
import { quantile } from "../../../src/analysis/quantile.ts";
import type { TruthRecord } from "../../../src/mock/truth/truth-record.ts";
import type { Load } from "./loads.ts";
import type { Quantiles } from "./tool.ts";

/** What really happened, by the mock's log. Instants are ms on CLOCK_MONOTONIC. */
export interface Truth {
  /** The first request of all from the tool, be it a test before the load; null where none came. */
  readonly firstRequestAt: number | null;
  /** Requests of the load that were answered whole. */
  readonly complete: number;
  readonly loadStartAt: number;
  readonly loadEndAt: number;
  /** First token written since the request was read. */
  readonly ttftMs: Quantiles;
  /** Gaps between tokens written, of all requests. */
  readonly itlMs: Quantiles;
  /** How late the mock wrote its tokens. */
  readonly mockLatenessMs: Quantiles;
}

/** Reads a truth file. @param skipped the first so many requests, which were not the tool's */
export function readTruth(path: string, load: Load, skipped: number): Truth {
  const records: TruthRecord[] = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const theirs = records.filter(({ number }) => number > skipped).sort((a, b) => a.number - b.number);
  const whole = theirs.filter(
    (record) => !record.aborted && record.status === 200 && record.outputTokens === load.outputTokens,
  );
  // What a tool sends to test the server comes before its load.
  const loaded = whole.slice(-load.requests);
  const gaps: number[] = [];
  const lateness: number[] = [];
  for (const { tokenUs, plannedTokenUs } of loaded) {
    for (const [i, us] of tokenUs.entries()) {
      if (i > 0) gaps.push(us - tokenUs[i - 1]!);
      lateness.push(us - plannedTokenUs[i]!);
    }
  }
  return {
    firstRequestAt: theirs[0]?.receivedAt ?? null,
    complete: loaded.length,
    loadStartAt: Math.min(...loaded.map(({ receivedAt }) => receivedAt)),
    loadEndAt: Math.max(...loaded.map(({ lastTokenAt }) => lastTokenAt!)),
    ttftMs: quantilesOf(loaded.map(({ tokenUs }) => tokenUs[0]!)),
    itlMs: quantilesOf(gaps),
    mockLatenessMs: quantilesOf(lateness),
  };
}

/** @param us values in µs */
function quantilesOf(us: readonly number[]): Quantiles {
  const sorted = Float64Array.from(us, (value) => value / 1000).sort();
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

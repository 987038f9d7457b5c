import type { QuantileEstimate } from "../../analysis/describe.ts";
import type { Cell } from "../../results/csv.ts";
import { type TrialShare, trialShare } from "./capacity/trial.ts";
import type { LevelFigures, LevelLatency } from "./level-figures.ts";
import type { LevelResult } from "./profile-shape.ts";

const LATENCIES = [
  ["ttft", (f) => f.ttftMs],
  ["tpot", (f) => f.tpotMs],
  ["ntpot", (f) => f.ntpotMs],
  ["e2el", (f) => f.e2elMs],
] as const satisfies readonly [string, (figures: LevelFigures) => LevelLatency | null][];
const QUANTILE_KEYS = ["p50", "p90", "p99"] as const;

type Column = readonly [string, (level: LevelResult) => Cell];

/** A number of the level's figures. */
function figure(name: string, of: (figures: LevelFigures) => Cell): Column {
  return [name, ({ figures }) => (figures === null ? null : of(figures))];
}

/** A number of what the capacity search takes from the level. */
function trialFigure(name: string, of: (share: TrialShare) => Cell): Column {
  return [
    name,
    ({ trial }) => {
      const share = trial === null ? null : trialShare(trial);
      return share === null ? null : of(share);
    },
  ];
}

function latencyColumns([name, of]: (typeof LATENCIES)[number]): Column[] {
  const estimate = (f: LevelFigures, key: (typeof QUANTILE_KEYS)[number]): QuantileEstimate | null =>
    of(f)?.[key] ?? null;
  return QUANTILE_KEYS.flatMap((key) => [
    figure(`${name}_${key}_ms`, (f) => estimate(f, key)?.value ?? null),
    figure(`${name}_${key}_low_ms`, (f) => estimate(f, key)?.low ?? null),
    figure(`${name}_${key}_high_ms`, (f) => estimate(f, key)?.high ?? null),
  ]);
}

/** The quantiles that are known only from below, because requests were unfinished: `ttft_p99 e2el_p99`. */
function lowerBoundsOf(figures: LevelFigures): string[] {
  return LATENCIES.flatMap(([name, of]) =>
    QUANTILE_KEYS.filter((key) => of(figures)?.[key].isLowerBound).map((key) => `${name}_${key}`),
  );
}

/** Columns of profile.csv, documented in METHODS.md; a cell of what was not measured is empty. */
const table: readonly Column[] = [
  ["level", ({ number }) => number],
  ["name", ({ name }) => name],
  ["role", ({ role }) => role],
  ["rate_per_s", ({ load }) => (load.kind === "rate" ? load.ratePerS : null)],
  ["users", ({ load }) => (load.kind === "users" ? load.users : null)],
  ["status", ({ status }) => status],
  ["saturated", ({ saturated }) => saturated],
  ["marks", ({ marks }) => marks.join(" ")],
  figure("window", (f) => f.window),
  figure("duration_s", (f) => f.durationS),
  figure("n", (f) => f.n),
  figure("requests", (f) => f.requests.total),
  figure("succeeded", (f) => f.requests.succeeded),
  figure("failed", (f) => f.requests.failed - f.requests.censored),
  figure("unfinished", (f) => f.requests.censored),
  figure("sent_per_s", (f) => f.sentPerS),
  figure("requests_per_s", (f) => f.requestThroughputPerS),
  figure("output_tokens_per_s", (f) => f.outputTokensPerS),
  figure("peak_in_flight", (f) => f.peakInFlight),
  ...LATENCIES.flatMap(latencyColumns),
  figure("goodput", (f) => f.goodput?.fraction ?? null),
  figure("goodput_low", (f) => f.goodput?.low ?? null),
  figure("goodput_high", (f) => f.goodput?.high ?? null),
  trialFigure("trial_good", ({ good }) => good),
  trialFigure("trial_total", ({ total }) => total),
  trialFigure("trial_share", ({ fraction }) => fraction),
  trialFigure("trial_share_low", ({ low }) => low),
  trialFigure("trial_share_high", ({ high }) => high),
  figure("usd_per_m_output_tokens", (f) => f.usdPerMOutputTokens),
  figure("usd_per_m_total_tokens", (f) => f.usdPerMTotalTokens),
  figure("joules_per_output_token", (f) => f.joulesPerOutputToken),
  figure("gpus", (f) => f.gpus),
  figure("output_tokens_per_s_per_gpu", (f) => f.outputTokensPerSPerGpu),
  figure("client", (f) => f.validity.verdict),
  figure("lower_bounds", (f) => lowerBoundsOf(f).join(" ")),
  ["directory", ({ directory }) => directory],
];

export const profileColumns: readonly string[] = table.map(([name]) => name);

export function profileRow(level: LevelResult): Cell[] {
  return table.map(([, of]) => of(level));
}

import { type TrialShare, trialShare } from "../benchmarks/profile/capacity/trial.ts";
import { loadLabel } from "../benchmarks/profile/level.ts";
import type { LevelFigures, LevelLatency } from "../benchmarks/profile/level-figures.ts";
import type { CapacityFigures, LevelResult, Mark, Profile } from "../benchmarks/profile/profile-shape.ts";
import { formatDuration, formatNumber } from "../core/units.ts";
import { groupedReasons } from "./client-reasons.ts";
import { levelsText } from "./levels-text.ts";
import { bound, boundedText, counted, measured, percent } from "./numbers.ts";
import { byLoad } from "./profile-order.ts";

/* The table of a profile grows by a row a level, so that its columns have fixed widths: 80 columns in all. */

const WIDTHS = [11, 5, 5, 5, 5, 6, 6, 6, 6, 6, 5] as const;
/** The line above, where two columns have one name. */
const GROUP_WIDTHS = [11, 5, 5, 5, 5, 13, 0, 13, 0, 6, 5] as const;

const CAPACITY_INDENT = " ".repeat(12);
/** Reasons against the client that are shown. */
const MOST_REASONS = 3;

/** What the last column counts where the capacity can be searched for. */
const GOOD_KEY = [
  "good: of what was due after a level's first quarter, none where requests piled",
  "      up: the share that the capacity is computed from",
];

/** Each mark as one letter in the table, and what it says. */
export const MARKS: Readonly<Record<Mark, readonly [letter: string, meaning: string]>> = {
  saturated: ["S", "beyond saturation: in-flight and TTFT rose, the level ended early"],
  "piled-up": ["P", "beyond saturation: requests piled up until the end"],
  failed: ["X", "most requests failed"],
  interrupted: ["I", "interrupted"],
  unfit: ["U", "the client was not fit to measure this"],
  doubtful: ["d", "the client may blur this"],
  "not-idle": ["B", "the server was still busy before this level"],
  "held-back": ["H", "requests had to wait for a slot: --concurrency, or the client's limit"],
  failures: ["f", "some requests failed"],
  "gate-failed": ["G", "a gate, or the share that --slo demands, was missed"],
};

/** Why a profile is not whole, as in `the profile is …`; null: it is. A killed one leaves what it said while it ran. */
export function unfinished({ run: { status, cutBy } }: Pick<Profile, "run">): string | null {
  if (status === "complete") return null;
  if (status === "interrupted" && cutBy !== null) return `cut short by ${cutBy}`;
  return status === "running" ? "killed, or not over yet" : status;
}

/** The same as a sentence, with the cause of a failure: `the profile failed: the server went away in …`. */
export function unfinishedText(subject: string, { run }: Pick<Profile, "run">): string | null {
  if (run.status === "failed" && run.failure !== null) return `${subject} failed: ${run.failure}`;
  const why = unfinished({ run });
  return why === null ? null : `${subject} is ${why}`;
}

/** The lines above the first row. */
export function profileHead(): string[] {
  return [
    row(["", "", "", "", "", "TTFT, ms", "", "TPOT, ms", "", "E2EL", ""], GROUP_WIDTHS),
    row(["asked", "req/s", "n", "fail", "tok/s", "p50", "p99", "p50", "p99", "p99", "good"]),
  ];
}

/** All rows in the order of load; trials of the capacity search by themselves. */
export function profileRows(levels: readonly LevelResult[]): string[] {
  const { swept, trials } = byLoad(levels);
  return [
    ...swept.map(profileRowText),
    ...(trials.length === 0 ? [] : ["", "Trials of the capacity search", ...trials.map(profileRowText)]),
  ];
}

/** A level's row. */
export function profileRowText(level: LevelResult): string {
  const { load, figures, marks } = level;
  const letters = marks.map((mark) => MARKS[mark][0]).join("");
  const cells =
    figures === null ? WIDTHS.slice(1).map(() => "-") : cellsOf(figures, goodShare(level)?.fraction ?? null);
  return `${row([loadLabel(load), ...cells])} ${letters}`.trimEnd();
}

/** The share of good requests that the capacity goes by, where the level can be a trial; else that of its window. */
export function goodShare({ trial, figures }: LevelResult): Goodness | null {
  return (trial === null ? null : trialShare(trial)) ?? figures?.goodput ?? null;
}

/** A share of good requests, with its 95 % interval. */
type Goodness = Pick<TrialShare, "fraction" | "low" | "high">;

function cellsOf(f: LevelFigures, good: number | null): string[] {
  return [
    brief(f.requestThroughputPerS),
    count(f.n),
    count(f.requests.failed - f.requests.censored),
    brief(f.outputTokensPerS),
    latency(f.ttftMs, "p50"),
    latency(f.ttftMs, "p99"),
    latency(f.tpotMs, "p50"),
    latency(f.tpotMs, "p99"),
    latency(f.e2elMs, "p99"),
    good === null ? "-" : `${(100 * good).toFixed(good < 0.9995 ? 1 : 0)}%`,
  ];
}

function latency(of: LevelLatency | null, quantile: "p50" | "p99"): string {
  if (of === null) return "-";
  const { value, isLowerBound, small } = of[quantile];
  return `${isLowerBound ? "≥" : ""}${brief(value)}${small && !isLowerBound ? "*" : ""}`;
}

function count(n: number): string {
  return n < 10_000 ? formatNumber(n) : brief(n);
}

/** Five characters and no more: `1,234`, `12.3k`, `1.23M`. */
function brief(value: number | null): string {
  if (value === null || Math.abs(value) < 9_999.5) return measured(value);
  return Math.abs(value) < 999_500 ? `${measured(value / 1000)}k` : `${measured(value / 1e6)}M`;
}

function row(cells: readonly string[], widths: readonly number[] = WIDTHS): string {
  return cells
    .flatMap((cell, i) => {
      if (widths[i] === 0) return [];
      const pad = " ".repeat(Math.max(0, widths[i]! - Bun.stringWidth(cell)));
      return [i === 0 ? cell + pad : pad + cell];
    })
    .join(" ")
    .trimEnd();
}

/** What follows the last row: the key of the marks that occur, and the capacity. */
export function profileFoot({ levels, capacity, slos, validity }: Profile): string[] {
  const lines: string[] = [];
  const met = new Set(levels.flatMap(({ marks }) => marks));
  for (const [mark, [letter, meaning]] of Object.entries(MARKS))
    if (met.has(mark as Mark)) lines.push(`${letter}  ${meaning}`);
  if (levels.some(({ trial }) => trial !== null && trialShare(trial) !== null)) lines.push(...GOOD_KEY);
  const quantiles = levels.flatMap(({ figures: f }) =>
    f === null ? [] : [f.ttftMs, f.tpotMs, f.e2elMs].flatMap((l) => (l === null ? [] : [l.p50, l.p99])),
  );
  if (quantiles.some(({ small, isLowerBound }) => small && !isLowerBound))
    lines.push("*  n is too small to trust this quantile (n < 5/(1-q))");
  if (quantiles.some(({ isLowerBound }) => isLowerBound))
    lines.push("≥  a lower bound: requests were unfinished when the level ended");
  if (capacity !== null) lines.push("", ...capacityLines(capacity, slos));
  if (validity.verdict !== "fit") lines.push("", ...clientLines(validity));
  return lines;
}

/** Text of 80 columns, its later lines under the first. */
function hanging(head: string, text: string): string[] {
  return Bun.wrapAnsi(text, 80 - head.length, { hard: true })
    .split("\n")
    .map((line, i) => (i === 0 ? head : " ".repeat(head.length)) + line);
}

function clientLines({ verdict, reasons: all }: Profile["validity"]): string[] {
  const reasons = groupedReasons(all);
  const more = reasons.length - MOST_REASONS;
  return [
    `Client      ${verdict}`,
    ...reasons.slice(0, MOST_REASONS).flatMap((reason) => hanging("  - ", reason)),
    ...(more > 0 ? [`  - and ${more} more, in each level's summary.txt`] : []),
  ];
}

/** `95 % of requests with ttft ≤ 500 ms, tpot ≤ 50 ms` */
export function capacityAsked(share: number, slos: Profile["slos"]): string {
  const limits = (slos?.slos ?? []).map(({ name, limitMs }) => `${name} ≤ ${formatDuration(limitMs)}`);
  return `${percent(share)} of requests with ${limits.join(", ")}`;
}

/** `8.30 req/s [8.00 to 8.60]`; `> 81.9 req/s` where only a bound was found; `not found`. */
export function capacityText({ ratePerS, low, high }: NonNullable<Profile["capacity"]>): string {
  if (ratePerS !== null) return `${measured(ratePerS)} req/s [${bound(low)} to ${bound(high)}]`;
  if (low !== null) return `> ${measured(low)} req/s`;
  return high === null ? "not found" : `< ${measured(high)} req/s`;
}

/** The capacity, or why there is none, with what it comes with; each line of 80 columns. */
export function capacityLines(capacity: NonNullable<Profile["capacity"]>, slos: Profile["slos"]): string[] {
  const { ratePerS, share, reason, at, trials } = capacity;
  const interval = ratePerS === null ? "" : `, 95 % interval of ${counted(trials.length, "trial")}`;
  const lines = [
    `Capacity    ${capacityText(capacity)}${interval}`,
    ...hanging(CAPACITY_INDENT, capacityAsked(share, slos)),
    ...(reason === null ? [] : hanging(CAPACITY_INDENT, reason)),
  ];
  return at === null ? lines : [...lines, ...atLines(at).flatMap((line) => hanging(CAPACITY_INDENT, line))];
}

/** What the capacity comes with. */
function atLines(at: CapacityFigures): string[] {
  const { usdPerMOutputTokens: usd, usdPerMTotalTokens: total, joulesPerOutputToken: joules } = at;
  const perGpu = at.outputTokensPerSPerGpu;
  return [
    `${boundedText(at.outputTokensPerS)} tok/s: ${boundedText(at.outputTokensPerRequest)} tokens a request (of ${levelsText(at.levels)})`,
    ...(perGpu === null ? [] : [`${boundedText(perGpu)} tok/s per GPU`]),
    ...(usd === null ? [] : [`$ ${boundedText(usd)} per M output tokens`]),
    ...(total === null ? [] : [`$ ${boundedText(total)} per M tokens, prompts included`]),
    ...(joules === null ? [] : [`${boundedText(joules)} J/token`]),
  ];
}

import { loadLabel } from "../benchmarks/profile/level.ts";
import type { LevelFigures, LevelLatency } from "../benchmarks/profile/level-figures.ts";
import type { LevelResult, Mark, Profile } from "../benchmarks/profile/profile-shape.ts";
import { formatDuration, formatNumber } from "../core/units.ts";
import { bound, measured, percent } from "./numbers.ts";

/* The table of a profile grows by a row a level, so that its columns have fixed widths: 80 columns in all. */

const WIDTHS = [11, 6, 5, 6, 7, 6, 7, 6, 7, 5] as const;
/** The line above, where two columns have one name. */
const GROUP_WIDTHS = [11, 6, 5, 6, 14, 0, 14, 0, 7, 5] as const;

const CAPACITY_INDENT = " ".repeat(12);
/** Reasons against the client that are shown; levels of one sweep repeat one another. */
const MOST_REASONS = 3;

/** Each mark as one letter in the table, and what it says. */
export const MARKS: Readonly<Record<Mark, readonly [letter: string, meaning: string]>> = {
  saturated: ["S", "beyond saturation: in-flight and TTFT rose, the level ended early"],
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
export function unfinished({ run: { status } }: Pick<Profile, "run">): string | null {
  if (status === "complete") return null;
  return status === "running" ? "killed, or not over yet" : status;
}

/** The lines above the first row. */
export function profileHead(): string[] {
  return [
    row(["", "", "", "", "TTFT, ms", "", "TPOT, ms", "", "E2EL", ""], GROUP_WIDTHS),
    row(["load", "sent/s", "n", "tok/s", "p50", "p99", "p50", "p99", "p99", "good"]),
  ];
}

/** A level's row. */
export function profileRowText({ load, figures, marks }: LevelResult): string {
  const letters = marks.map((mark) => MARKS[mark][0]).join("");
  const cells = figures === null ? WIDTHS.slice(1).map(() => "-") : cellsOf(figures);
  return `${row([loadLabel(load), ...cells])} ${letters}`.trimEnd();
}

function cellsOf(f: LevelFigures): string[] {
  const goodput =
    f.goodput === null ? "-" : `${(100 * f.goodput.fraction).toFixed(f.goodput.fraction < 0.9995 ? 1 : 0)}%`;
  return [
    brief(f.sentPerS),
    count(f.n),
    brief(f.outputTokensPerS),
    latency(f.ttftMs, "p50"),
    latency(f.ttftMs, "p99"),
    latency(f.tpotMs, "p50"),
    latency(f.tpotMs, "p99"),
    latency(f.e2elMs, "p99"),
    goodput,
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

function clientLines({ verdict, reasons }: Profile["validity"]): string[] {
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

/** The capacity, or why there is none, with what it comes with; each line of 80 columns. */
export function capacityLines(capacity: NonNullable<Profile["capacity"]>, slos: Profile["slos"]): string[] {
  const { ratePerS, low, high, share, reason, at, trials } = capacity;
  const asked = capacityAsked(share, slos);
  if (ratePerS === null)
    return [
      "Capacity    not found",
      ...hanging(CAPACITY_INDENT, asked),
      ...(reason === null ? [] : hanging(CAPACITY_INDENT, reason)),
    ];
  const lines = [
    `Capacity    ${measured(ratePerS)} req/s [${bound(low)} to ${bound(high)}, 95 %] of ${trials.length} trials`,
    ...hanging(CAPACITY_INDENT, asked),
    ...(reason === null ? [] : hanging(CAPACITY_INDENT, reason)),
  ];
  if (at === null) return lines;
  const { usdPerMOutputTokens: usd, joulesPerOutputToken: joules, outputTokensPerSPerGpu: perGpu } = at;
  const speed = [
    `${measured(at.outputTokensPerS)} tok/s`,
    ...(perGpu === null ? [] : [`${measured(perGpu)} tok/s per GPU`]),
  ];
  const price = [
    ...(usd === null ? [] : [`$ ${measured(usd)} per M output tokens`]),
    ...(joules === null ? [] : [`${measured(joules)} J/token`]),
  ];
  return [
    ...lines,
    `            at ${measured(at.ratePerS)} req/s (${at.level}): ${speed.join(" · ")}`,
    ...(price.length === 0 ? [] : [`            ${price.join(" · ")}`]),
  ];
}

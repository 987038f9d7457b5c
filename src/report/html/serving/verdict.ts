import { formatNumber } from "../../../core/units.ts";
import { cautionOf, lostRecords } from "../../figures/serving/caution.ts";
import { measured, percent } from "../../numbers.ts";
import type { SavedSummary, SavedWindow } from "../../saved-summary.ts";
import { limitsText } from "../../slo-text.ts";
import { type Html, html } from "../html.ts";
import {
  fitnessVerdict,
  gateVerdict,
  VERDICT_MARKS,
  type Verdict,
  type VerdictLevel,
  verdictRows,
  warningsVerdict,
} from "../verdict-rows.ts";
import type { ComparedRun, PageRun } from "./page-run.ts";

/** Whether to believe the run, and whether it met what was asked: the first thing of the page. */
export function verdictHtml(page: PageRun): Html {
  return html`${banner(page)}${verdictRows(verdictsOf(page))}`;
}

/** The worst of a run's verdicts on itself and on the server, in a word: for a row among other runs. */
export function verdictWord(page: ComparedRun): { level: VerdictLevel; text: string } {
  const verdicts = verdictsOf(page).filter(({ name }) => name !== "Warnings");
  const worst =
    verdicts.find(({ level }) => level === "bad") ??
    verdicts.find(({ level, name }) => level === "warn" && name === "Client") ??
    verdicts.find(({ level }) => level === "warn");
  return worst === undefined
    ? { level: "good", text: "✓ fit" }
    : { level: worst.level, text: `${VERDICT_MARKS[worst.level]} ${worst.name}: ${worst.word}` };
}

function banner({ run, summary, measuredBy }: PageRun): Html | null {
  if (measuredBy !== null)
    return html`<div class="banner"><span class="caution">Measured by ${measuredBy.tool}, in its own terms.</span> ${measuredBy.notes.join(" ")}</div>`;
  const lost = lostRecords(run);
  if (lost !== null) return html`<p class="banner"><span class="caution">${lost}.</span></p>`;
  if (summary !== null) return null;
  return html`<p class="banner"><span class="caution">${cautionOf(run)}.</span> There is no summary.json. The figures and intervals below were computed from the records that it left; what needs the whole run (the client's fitness, energy, cost) is missing.</p>`;
}

function verdictsOf(page: ComparedRun): Verdict[] {
  const { summary, judged, steady, whole, measuredBy } = page;
  const window = steady ?? whole;
  const verdicts = [runVerdict(page)];
  if (measuredBy !== null)
    verdicts.push({
      level: "warn",
      name: "Client",
      word: "not checked",
      details: html`by ${measuredBy.tool}`,
    });
  if (summary !== null) verdicts.push(fitnessVerdict("Client", summary.validity));
  if (judged !== null) verdicts.push(...goodputVerdict(judged, window), ...judged.gates.map(gateVerdict));
  if (summary === null) return verdicts;
  verdicts.push(
    ...summary.until.map(
      ({ condition, reached, value, unit }): Verdict => ({
        level: reached ? "good" : "warn",
        name: "Until",
        word: reached ? "reached" : "not reached",
        details: html`${condition} (${measured(value)} ${unit})`,
      }),
    ),
    ...steadinessVerdict(steady),
    warningsVerdict(summary.warnings),
  );
  return verdicts;
}

function runVerdict({ run, summary, whole, measuredBy }: ComparedRun): Verdict {
  const status = run.metadata?.status ?? null;
  const { total = 0, succeeded = 0, failed = 0, censored = 0, byClass = {} } = whole?.requests ?? {};
  const classes = Object.entries(byClass).map(([name, n]) => `${name} ${formatNumber(n)}`);
  const failures = `${formatNumber(failed - censored)} failed${censored > 0 ? `, ${formatNumber(censored)} unfinished` : ""}${classes.length > 0 ? ` (${classes.join(", ")})` : ""}`;
  const details = html`${formatNumber(total)} requests due, ${formatNumber(succeeded)} succeeded, ${failures}`;
  if (summary === null && measuredBy === null)
    return { level: "bad", name: "Run", word: "did not come to its end", details };
  if (status === "failed" || succeeded < failed)
    return { level: "bad", name: "Run", word: "failed", details };
  if (summary?.run.interrupted) return { level: "warn", name: "Run", word: "interrupted", details };
  const isClean = failed === 0;
  return {
    level: isClean ? "good" : "warn",
    name: "Run",
    word: isClean ? "complete" : "complete, with failures",
    details,
  };
}

function goodputVerdict({ slos }: Pick<SavedSummary, "slos">, window: SavedWindow | null): Verdict[] {
  const goodput = window?.goodput ?? null;
  if (slos === null || goodput === null) return [];
  const { fraction, low, high, total, missed, isMet } = goodput;
  const asked = slos.share === null ? "" : `, ${percent(slos.share)} asked for`;
  const misses = Object.entries(missed).filter(([, n]) => n > 0);
  const missedText =
    misses.length === 0
      ? ""
      : ` Missed: ${misses.map(([name, n]) => `${name} ${formatNumber(n)}`).join(", ")}.`;
  return [
    {
      level: isMet === null ? "none" : isMet ? "good" : "bad",
      name: "Service level",
      word: isMet === null ? `${percent(fraction)} good` : isMet ? "met" : "missed",
      details: html`${limitsText(slos.slos)}: ${percent(fraction)} [${percent(low)} to ${percent(high)}] of ${formatNumber(total ?? 0)} requests${asked}.${missedText}`,
    },
  ];
}

function steadinessVerdict(steady: SavedWindow | null): Verdict[] {
  const known = [
    ["TTFT", steady?.steadiness?.ttft ?? null],
    ["requests in flight", steady?.steadiness?.inFlight ?? null],
  ] as const;
  const parts = known.flatMap(([name, found]) => (found === null ? [] : [{ name, ...found }]));
  if (parts.length === 0) return [];
  const isDrifting = parts.some(({ verdict }) => verdict === "drifting");
  const texts = parts.map(({ name, verdict, drift, pValue }) => {
    const change = drift === null ? "" : `${drift > 0 ? "+" : ""}${(100 * drift).toFixed(0)} %, `;
    return `${name} ${verdict} (${change}p ${pValue < 0.001 ? "< 0.001" : pValue.toFixed(3)})`;
  });
  const isSteady = parts.every(({ verdict }) => verdict === "steady");
  return [
    {
      level: isDrifting ? "warn" : "good",
      name: "Steady window",
      word: isDrifting ? "drifting" : isSteady ? "steady" : "not known",
      details: html`${texts.join(" · ")}`,
    },
  ];
}

import { formatNumber } from "../../../core/units.ts";
import { cautionOf } from "../../figures/storage/caution.ts";
import { counted, percent, percentBeside } from "../../numbers.ts";
import { needSentence, remedyTexts } from "../../storage-need.ts";
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
import type { StoragePageRun } from "./page-run.ts";
import type { StoragePageSummary } from "./page-summary.ts";

/** Whether to believe the run, and what it says of the storage: the first thing of the page. */
export function verdictHtml(page: StoragePageRun): Html {
  const { run, summary } = page;
  const caution = summary === null ? cautionOf([run]) : null;
  const missing =
    run.rows.writer === "python"
      ? "There is nothing else: the AU, the cache and the harness's fitness were not measured."
      : "There is no summary.json. The times and intervals below were computed from the rows that it left; what needs the whole run is missing.";
  const banner =
    caution === null ? null : html`<p class="banner"><span class="caution">${caution}.</span> ${missing}</p>`;
  return html`${banner}${verdictRows(verdictsOf(page))}`;
}

/** The worst of a run's verdicts, in a word: for a row among other runs. */
export function verdictWord(page: StoragePageRun): { level: VerdictLevel; text: string } {
  const verdicts = verdictsOf(page).filter(({ name }) => name === "Run" || name === "Harness");
  const worst =
    verdicts.find(({ level }) => level === "bad") ?? verdicts.find(({ level }) => level === "warn");
  return worst === undefined
    ? { level: "good", text: "✓ fit" }
    : { level: worst.level, text: `${VERDICT_MARKS[worst.level]} ${worst.name}: ${worst.word}` };
}

function verdictsOf(page: StoragePageRun): Verdict[] {
  const { summary, run } = page;
  if (summary === null) {
    if (run.rows.writer === "inferbench") return [runVerdict(page)];
    return [
      runVerdict(page),
      { level: "warn", name: "Harness", word: "not checked", details: html`by the Python tool` },
    ];
  }
  return [
    runVerdict(page),
    fitnessVerdict("Harness", summary.validity),
    ...needVerdict(summary),
    ...acceleratorVerdict(summary),
    ...summary.gates.map(gateVerdict),
    warningsVerdict(summary.warnings),
  ];
}

function runVerdict({ run, summary, loading }: StoragePageRun): Verdict {
  const { steps } = loading.throughput;
  const name = "Run";
  if (summary === null) {
    const details = html`${counted(steps, "step")} in its rows`;
    return run.rows.writer === "python"
      ? { level: "good", name, word: "read from its rows", details }
      : { level: "bad", name, word: "did not come to its end", details };
  }
  const { asked, done, warmup } = summary.steps;
  const after = warmup > 0 ? `, after ${formatNumber(warmup)} of warm-up` : "";
  const details = html`${formatNumber(done)} of ${counted(asked, "step")}${after}`;
  const status = run.metadata?.status ?? null;
  if (status === "failed") {
    const why = summary.failure === null ? "" : `: ${summary.failure}`;
    return { level: "bad", name, word: "failed", details: html`${details}${why}` };
  }
  return done < asked
    ? { level: "warn", name, word: "interrupted", details }
    : { level: "good", name, word: "complete", details };
}

function needVerdict({ need }: StoragePageSummary): Verdict[] {
  if (need === null) return [];
  const details = [needSentence(need), ...remedyTexts(need)].join(" ");
  return [
    need.starves
      ? { level: "warn", name: "Accelerator", word: "starves", details: html`${details}` }
      : { level: "good", name: "Accelerator", word: "fed", details: html`${needSentence(need)}` },
  ];
}

function acceleratorVerdict({ accelerators }: StoragePageSummary): Verdict[] {
  if (accelerators === null) return [];
  const { found, leastAu, trials, runs } = accelerators;
  const list = (of: typeof trials) =>
    of.map(({ accelerators: n, au }) => `${formatNumber(n)}: ${percentBeside(au, leastAu)}`).join(", with ");
  const inRuns = runs.length === 0 ? "" : `, in whole runs with ${list(runs)}`;
  return [
    {
      level: found === null ? "warn" : found > 0 ? "good" : "bad",
      name: "Feeds",
      word: found === null ? "not confirmed" : counted(found, "accelerator"),
      details: html`at an AU of at least ${percent(leastAu)}; the AU in trials with ${list(trials)}${inRuns}`,
    },
  ];
}

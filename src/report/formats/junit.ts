import type { ForeignResult } from "../foreign/result.ts";
import { gateCheck } from "../gate-text.ts";
import { xmlText } from "../xml.ts";
import { isForeign, type Printed } from "./printed.ts";
import type { PrintedSummary } from "./saved-summary.ts";

/** One thing that a run had to be. */
export interface Check {
  name: string;
  /** Why it is not; null: it is. */
  failure: string | null;
  /** Why that cannot be told, neither yes nor no. */
  doubt?: string | null;
  /** What there is to say of it, failed or not. */
  text?: string;
}

/**
 * Results as JUnit's XML: a suite a run, a case for the client, for what was asked of the service level, and for each gate; of another
 * tool's result only whether requests succeeded is known.
 */
export function summariesJunit(results: readonly Printed[]): string {
  return junitText(results.map((result) => (isForeign(result) ? foreignSuite(result) : ownSuite(result))));
}

/** One run's suite. */
export interface JunitSuite {
  /** What measured it: `inferbench serving`. */
  tool: string;
  run: string;
  durationS: number | null;
  /** ISO 8601; null: not known. */
  startedAt: string | null;
  checks: readonly Check[];
}

/** The whole file. */
export function junitText(suites: readonly JunitSuite[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    ...suites.flatMap(suiteText),
    "</testsuites>",
  ].join("\n");
}

/** Whether what measured was fit for it: where that is doubtful the case is skipped, with the reasons. */
export function fitnessCheck(
  name: string,
  { verdict, reasons }: { verdict: string; reasons: readonly string[] },
): Check {
  const why = reasons.join(", ");
  return {
    name,
    failure: verdict === "unfit" ? why : null,
    doubt: verdict === "doubtful" ? `doubtful: ${why}` : null,
  };
}

function ownSuite(summary: PrintedSummary): JunitSuite {
  const { run, whole } = summary;
  const { runName, startedAt } = run;
  const checks = checksOf(summary);
  return {
    tool: "inferbench serving",
    run: runName,
    durationS: whole?.durationS ?? null,
    startedAt,
    checks,
  };
}

function foreignSuite({ measuredBy, name, durationS, requests, startedAt }: ForeignResult): JunitSuite {
  const at = startedAt?.endsWith("Z") ? startedAt : null;
  return { tool: measuredBy, run: name, durationS, startedAt: at, checks: [successCheck(requests)] };
}

function suiteText({ tool, run, durationS, startedAt, checks }: JunitSuite): string[] {
  const attributes = {
    name: `${tool} ${run}`,
    tests: checks.length,
    failures: checks.filter(({ failure }) => failure !== null).length,
    skipped: checks.filter(({ doubt }) => doubt != null).length,
    time: (durationS ?? 0).toFixed(3),
    ...(startedAt === null ? {} : { timestamp: startedAt.replace(/(?:\.\d+)?Z$/, "") }),
  };
  return [
    `  <testsuite${attributesText(attributes)}>`,
    ...checks.flatMap((check) => caseOf(check, run)),
    "  </testsuite>",
  ];
}

/** @param counts `failed` with those that the end of the run cut off, `censored` */
function successCheck(counts: { succeeded: number; failed: number; censored?: number }): Check {
  const { succeeded, failed, censored = 0 } = counts;
  const isBad = succeeded === 0 || failed > succeeded;
  const others = [`${failed - censored} failed`, ...(censored > 0 ? [`${censored} unfinished`] : [])];
  return {
    name: "requests succeeded",
    failure: isBad ? [`${succeeded} succeeded`, ...others].join(", ") : null,
  };
}

function caseOf({ name, failure, doubt = null, text }: Check, runName: string): string[] {
  const head = `    <testcase${attributesText({ classname: runName, name })}`;
  const content = [
    ...(failure === null ? [] : [`      <failure${attributesText({ message: failure })}/>`]),
    ...(doubt === null ? [] : [`      <skipped${attributesText({ message: doubt })}/>`]),
    ...(text === undefined ? [] : [`      <system-out>${xmlText(text)}</system-out>`]),
  ];
  return content.length === 0 ? [`${head}/>`] : [`${head}>`, ...content, "    </testcase>"];
}

function checksOf({ run, validity, gates, whole, steady }: PrintedSummary): Check[] {
  const { succeeded = 0, failed = 0, censored = 0 } = whole?.requests ?? {};
  const goodput = (steady ?? whole)?.goodput ?? null;
  const checks: Check[] = [
    { name: "the run came to its end", failure: endOf(run.interrupted, validity !== null) },
    successCheck({ succeeded, failed, censored }),
  ];
  if (validity !== null) checks.push(fitnessCheck("the client was fit to measure", validity));
  if (goodput !== null && goodput.isMet !== null)
    checks.push({
      name: "service level",
      failure: goodput.isMet ? null : `good were ${(100 * goodput.fraction).toFixed(1)} %`,
    });
  return [...checks, ...gates.map(gateCheck)];
}

function endOf(isInterrupted: boolean, hasSummary: boolean): string | null {
  if (!hasSummary) return "the run did not come to its end";
  return isInterrupted ? "it was interrupted" : null;
}

function attributesText(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join("");
}

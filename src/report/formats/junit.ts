import { measured } from "../numbers.ts";
import { xmlText } from "../xml.ts";
import type { PrintedSummary } from "./saved-summary.ts";

/** One thing that a run had to be. */
interface Check {
  name: string;
  /** Why it is not; null: it is. */
  failure: string | null;
}

/** Runs as JUnit's XML: a suite a run, a case for the client, for what was asked of the service level, and for each gate. */
export function summariesJunit(summaries: readonly PrintedSummary[]): string {
  return junitText(
    summaries.map((summary) => ({
      benchmark: "serving",
      run: summary.run,
      durationS: summary.whole?.durationS ?? null,
      checks: checksOf(summary),
    })),
  );
}

/** One run's suite. */
export interface JunitSuite {
  benchmark: string;
  run: { runName: string; startedAt: string };
  durationS: number | null;
  checks: readonly Check[];
}

/** The whole file. */
export function junitText(suites: readonly JunitSuite[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    ...suites.flatMap(suiteOf),
    "</testsuites>",
  ].join("\n");
}

function suiteOf({ benchmark, run, durationS, checks }: JunitSuite): string[] {
  const failures = checks.filter(({ failure }) => failure !== null).length;
  const attributes = {
    name: `inferbench ${benchmark} ${run.runName}`,
    tests: checks.length,
    failures,
    time: (durationS ?? 0).toFixed(3),
    timestamp: run.startedAt.replace(/(?:\.\d+)?Z$/, ""),
  };
  return [
    `  <testsuite${attributesText(attributes)}>`,
    ...checks.flatMap((check) => caseOf(check, run.runName)),
    "  </testsuite>",
  ];
}

function caseOf({ name, failure }: Check, runName: string): string[] {
  const head = `    <testcase${attributesText({ classname: runName, name })}`;
  return failure === null
    ? [`${head}/>`]
    : [`${head}>`, `      <failure${attributesText({ message: failure })}/>`, "    </testcase>"];
}

function checksOf({ run, validity, gates, whole, steady }: PrintedSummary): Check[] {
  const { succeeded = 0, failed = 0 } = whole?.requests ?? {};
  const goodput = (steady ?? whole)?.goodput ?? null;
  const checks: Check[] = [
    { name: "the run came to its end", failure: run.interrupted ? "it was interrupted" : null },
    {
      name: "requests succeeded",
      failure: succeeded === 0 || failed > succeeded ? `${succeeded} succeeded, ${failed} failed` : null,
    },
    {
      name: "the client was fit to measure",
      failure: validity.verdict === "unfit" ? validity.reasons.join(", ") : null,
    },
  ];
  if (goodput !== null && goodput.isMet !== null)
    checks.push({
      name: "service level",
      failure: goodput.isMet ? null : `good were ${(100 * goodput.fraction).toFixed(1)} %`,
    });
  for (const { gate, passed, value } of gates)
    checks.push({
      name: gate,
      failure: passed ? null : value === null ? "not measured" : `measured: ${measured(value)}`,
    });
  return checks;
}

function attributesText(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join("");
}

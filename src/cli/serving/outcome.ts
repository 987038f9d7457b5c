import type { Session } from "../../benchmarks/serving/session.ts";
import { ExitCode } from "../../core/errors.ts";
import { servingText } from "../../report/serving-text.ts";
import { warningText } from "../../report/wrapped.ts";
import { strictJson } from "../../results/strict-json.ts";
import { printResult } from "../output.ts";
import { notes } from "../ui/notes.ts";
import type { ServingValues } from "./config.ts";

/**
 * What the run says to whoever started it.
 * @param isBeyond whether it asked for more than the server can do: what is unfinished at its end has not failed then
 */
export function exitCodeOf({ summary, result }: Session, isBeyond = false): ExitCode {
  if (result.interrupted) return ExitCode.interrupted;
  const { succeeded = 0, failed = 0, censored = 0 } = summary.whole?.requests ?? {};
  if (succeeded === 0 || failed - (isBeyond ? censored : 0) > succeeded) return ExitCode.runFailed;
  if (summary.validity.verdict === "unfit") return ExitCode.clientUnfit;
  const isSloMissed = (summary.steady ?? summary.whole)?.goodput?.isMet === false;
  return isSloMissed || summary.gates.some(({ passed }) => !passed) ? ExitCode.gateFailed : ExitCode.ok;
}

/** A missed gate is a verdict on the server; the run itself is complete. */
export function statusOf(exit: ExitCode): "complete" | "interrupted" | "failed" {
  if (exit === ExitCode.interrupted) return "interrupted";
  return exit === ExitCode.runFailed ? "failed" : "complete";
}

/** The summary as text. */
export function tableOf({ summary }: Pick<Session, "summary">, heading: readonly string[]): string {
  const status = summary.run.interrupted ? ["", "INTERRUPTED: what follows covers the time until then."] : [];
  return servingText(summary, [...heading, ...status]);
}

/** The table on stdout, warnings on stderr. @throws ToolError when stdout takes no more */
export function show({ summary }: Session, table: string, values: ServingValues): void {
  printResult(values.json ? strictJson(summary) : table);
  for (const { message, hint } of summary.warnings) notes.warn(`${message}\n  ${hint}`);
  if ((summary.whole?.requests.succeeded ?? 0) === 0)
    notes.error("no request succeeded: there is nothing to measure");
}

/** summary.txt: the table and the warnings. */
export function summaryText(table: string, { summary }: Pick<Session, "summary">): string {
  const warnings = summary.warnings.map((warning) => warningText(warning));
  return `${[table, ...warnings].join("\n\n")}\n`;
}

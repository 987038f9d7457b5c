import type { Gate } from "../../analysis/gate.ts";
import { judgeStorageGates } from "../../benchmarks/storage/gates.ts";
import type { SessionResult } from "../../benchmarks/storage/session.ts";
import { ExitCode } from "../../core/errors.ts";
import { type StorageStatus, storageSummaryText, storageTable } from "../../report/storage-text.ts";
import { SUMMARY_TEXT } from "../../results/names.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { strictJson } from "../../results/strict-json.ts";
import { printResult } from "../output.ts";
import { notes } from "../ui/notes.ts";
import type { StorageValues } from "./config.ts";
import { SUMMARY_JSON } from "./files.ts";

/** The result with what became of the gates: of the whole run, so in rank 0. */
export function withGates(result: SessionResult, gates: readonly Gate[]): SessionResult {
  const { summary } = result;
  return { ...result, summary: { ...summary, gates: judgeStorageGates(gates, summary) } };
}

/** Prints before it writes, and writes even where stdout takes no more. @param directory null: nothing was measured that is worth a file */
export function save(
  result: SessionResult,
  {
    values,
    directory,
    heading,
  }: { values: StorageValues; directory: RunDirectory | null; heading: readonly string[] },
): void {
  const { summary } = result;
  const status = statusOf(result);
  try {
    printResult(values.json ? strictJson(summary) : storageTable(summary, heading, status));
    for (const { message, hint } of summary.warnings) notes.warn(`${message}\n  ${hint}`);
  } finally {
    directory?.writeAtomic(SUMMARY_JSON, strictJson(summary));
    directory?.writeAtomic(SUMMARY_TEXT, storageSummaryText(summary, heading, status));
  }
}

/** How the process ends. */
export function exitCodeOf({ summary, interrupted, failure }: SessionResult): ExitCode {
  if (failure !== null) return ExitCode.runFailed;
  if (interrupted) return ExitCode.interrupted;
  if (summary.validity.verdict === "unfit") return ExitCode.clientUnfit;
  return summary.gates.some(({ passed }) => !passed) ? ExitCode.gateFailed : ExitCode.ok;
}

/** How the run ended, for its files. */
export function statusOf({ interrupted, failure }: SessionResult): StorageStatus {
  if (failure !== null) return "failed";
  return interrupted ? "interrupted" : "complete";
}

import { usageError } from "../../core/errors.ts";
import { type SavedSummary, type SavedWindow, summaryIn } from "../saved-summary.ts";

export type PrintedSummary = SavedSummary;
export type PrintedWindow = SavedWindow;

/** The summary as it is in its file, and what of it is printed. */
export interface SummaryFile {
  content: unknown;
  summary: PrintedSummary;
}

/** @throws ToolError USAGE naming the file where there is none, or something else, and the line where it is no JSON */
export function readSummaryFile(directory: string): SummaryFile {
  const file = summaryIn(directory);
  if (file === null)
    throw usageError(
      `${directory} has no summary.json: no run came to its end there`,
      "--figures and --definitions show what a killed run's records say.",
    );
  return { content: file.content, summary: file.parsed };
}

/** Its windows that there are. */
export function windowsOf({
  whole,
  steady,
}: PrintedSummary): { name: "whole" | "steady"; window: PrintedWindow }[] {
  return [
    ...(whole === null ? [] : [{ name: "whole" as const, window: whole }]),
    ...(steady === null ? [] : [{ name: "steady" as const, window: steady }]),
  ];
}

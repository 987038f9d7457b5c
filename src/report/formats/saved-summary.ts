import { type SavedSummary, type SavedWindow, summaryIn } from "../saved-summary.ts";

/** What is printed of a run. */
export type PrintedSummary = Pick<
  SavedSummary,
  "run" | "gates" | "models" | "whole" | "steady" | "warnings"
> & {
  /** null: the run did not come to its end, and nobody judged its client. */
  validity: SavedSummary["validity"] | null;
};
export type PrintedWindow = SavedWindow;

/** The summary as it is in its file, and what of it is printed. */
export interface SummaryFile {
  content: unknown;
  summary: PrintedSummary;
}

/** @returns null where the run left none @throws ToolError USAGE where the file holds something else, naming the line where it is no JSON */
export function readSummaryFile(directory: string): SummaryFile | null {
  const file = summaryIn(directory);
  return file === null ? null : { content: file.content, summary: file.parsed };
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

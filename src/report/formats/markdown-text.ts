import { measuredOrMore } from "../numbers.ts";
import * as marks from "../quantile-marks.ts";
import type { ShownDistribution } from "../saved-distribution.ts";

/** A row of a table. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Keeps names from being markup, and a line a line. */
export function inline(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(/[|<>`]/g, "\\$&");
}

/** A warning and what to do. A list in it has the reasons of the verdict, which stand beside the verdict already. */
export function warningMarkdown({ message, hint }: { message: string; hint: string }): string {
  return `> warning: ${inline(message.split(":\n")[0]!)}. ${inline(hint)}`;
}

/** A quantile with its marks. */
export function quantileText(shown: ShownDistribution, name: string): string {
  return withoutEmphasis(marks.quantileText(shown, name));
}

export function meanText({ mean, meanIsLowerBound }: ShownDistribution): string {
  return mean === null ? "-" : measuredOrMore(mean, meanIsLowerBound);
}

/** What the marks of some distributions mean, a line each. */
export function markNotes(shown: readonly ShownDistribution[]): string[] {
  return marks.markNotes(shown).map(withoutEmphasis);
}

function withoutEmphasis(text: string): string {
  return text.replaceAll("*", "\\*");
}

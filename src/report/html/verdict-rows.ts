import { gateFigure, type JudgedGate } from "../gate-text.ts";
import { type Html, html } from "./html.ts";

/** `none` says what is so, and judges nothing. */
export type VerdictLevel = "good" | "warn" | "bad" | "none";

export const VERDICT_MARKS: Readonly<Record<VerdictLevel, string>> = {
  good: "✓",
  warn: "!",
  bad: "✕",
  none: "·",
};

/** One thing that speaks for or against a run. */
export interface Verdict {
  level: VerdictLevel;
  name: string;
  /** The verdict in a word. */
  word: string;
  details: Html | null;
}

/** A verdict under another in its page's first section. */
export function verdictRows(verdicts: readonly Verdict[]): Html {
  return html`<div class="verdicts">${verdicts.map(rowOf)}</div>`;
}

function rowOf({ level, name, word, details }: Verdict): Html {
  return html`<div class="verdict ${level}"><span class="mark" aria-hidden="true">${VERDICT_MARKS[level]}</span><b>${name}</b><div><span class="word">${word}</span> ${details}</div></div>`;
}

/** Whether what measured was fit to: its own verdict on itself, with the reasons. @param name `Client`, `Harness` */
export function fitnessVerdict(
  name: string,
  { verdict, reasons }: { verdict: string; reasons: readonly string[] },
): Verdict {
  const level = verdict === "fit" ? "good" : verdict === "unfit" ? "bad" : "warn";
  const details =
    reasons.length === 0
      ? html`to measure what is shown`
      : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`;
  return { level, name, word: verdict, details };
}

/** A condition of --gate. */
export function gateVerdict(judged: JudgedGate): Verdict {
  return {
    level: judged.passed ? "good" : "bad",
    name: "Gate",
    word: judged.passed ? "passed" : "failed",
    details: html`${judged.gate} (${gateFigure(judged)})`,
  };
}

/** How many warnings there are, and what they are about; what to do stands in a section of its own. */
export function warningsVerdict(warnings: readonly { message: string }[]): Verdict {
  if (warnings.length === 0) return { level: "good", name: "Warnings", word: "none", details: null };
  const list = html`<ul>${warnings.map(({ message }) => html`<li>${message.split(":\n")[0]!}</li>`)}</ul><a href="#warnings">what to do</a>`;
  return { level: "warn", name: "Warnings", word: String(warnings.length), details: list };
}

/** What stands above runs that are compared: each word that speaks against some, and against how many of them. */
export function doubtsBanner(words: readonly { level: VerdictLevel; text: string }[]): Html | null {
  const found = words.filter(({ level }) => level === "warn" || level === "bad");
  if (found.length === 0) return null;
  const byText = [...Map.groupBy(found, ({ text }) => text)];
  const texts = byText.map(([text, of]) => `${text} (${of.length} of ${words.length} runs)`);
  return html`<p class="banner caution">${texts.join(" · ")}</p>`;
}

import { measuredOrMore } from "./numbers.ts";

/** A condition with its outcome, as summaries have it. */
export interface JudgedGate {
  gate: string;
  passed: boolean;
  value: number | null;
  isLowerBound?: boolean;
  isKnown?: boolean;
}

/** What the condition was held against: `0.91`, `not measured`, `≥1,000, not known to hold`. */
export function gateFigure(judged: JudgedGate): string {
  return `${figureOf(judged)}${judged.value === null || judged.isKnown !== false ? "" : ", not known to hold"}`;
}

/** A line of a table. */
export function gateLine(judged: JudgedGate): string {
  return `Gate        ${judged.passed ? "passed" : "FAILED"}  ${judged.gate}  (${gateFigure(judged)})`;
}

/** A paragraph of Markdown. */
export function gateMarkdown(judged: JudgedGate): string {
  return `${judged.passed ? "Gate passed" : "**Gate FAILED**"}: \`${judged.gate}\` (${figureOf(judged)})`;
}

/** A case of JUnit's. */
export function gateCheck(judged: JudgedGate): { name: string; failure: string | null } {
  const failure = judged.value === null ? figureOf(judged) : `measured: ${figureOf(judged)}`;
  return { name: judged.gate, failure: judged.passed ? null : failure };
}

function figureOf({ value, isLowerBound = false }: JudgedGate): string {
  return value === null ? "not measured" : measuredOrMore(value, isLowerBound);
}

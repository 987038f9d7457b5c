import { measured, measuredOrMore } from "./numbers.ts";

/** A condition with its outcome, as summaries have it. */
export interface JudgedGate {
  gate: string;
  passed: boolean;
  value: number | null;
  isLowerBound?: boolean;
  isKnown?: boolean;
}

/** What the condition was held against: `0.91`, `not measured`, `≥1,000, not known to hold`. */
export function gateFigure({ value, isLowerBound = false, isKnown = true }: JudgedGate): string {
  if (value === null) return "not measured";
  return `${measuredOrMore(value, isLowerBound)}${isKnown ? "" : ", not known to hold"}`;
}

/** A line of a table. */
export function gateLine(judged: JudgedGate): string {
  return `Gate        ${judged.passed ? "passed" : "FAILED"}  ${judged.gate}  (${gateFigure(judged)})`;
}

/** A paragraph of Markdown. */
export function gateMarkdown({ gate, passed, value }: JudgedGate): string {
  return `${passed ? "Gate passed" : "**Gate FAILED**"}: \`${gate}\` (${value === null ? "not measured" : measured(value)})`;
}

/** A case of JUnit's. */
export function gateCheck({ gate, passed, value }: JudgedGate): { name: string; failure: string | null } {
  const failure = value === null ? "not measured" : `measured: ${measured(value)}`;
  return { name: gate, failure: passed ? null : failure };
}

import { formatBytes, formatDuration } from "../core/units.ts";
import { measured, percentBeside } from "./numbers.ts";

/** A condition with its outcome, as summaries have it. */
export interface JudgedGate {
  gate: string;
  passed: boolean;
  value: number | null;
  /** As files have it, older ones without. */
  unit?: string | null;
  limit?: number | null;
  small?: boolean;
  isLowerBound?: boolean;
  isKnown?: boolean;
}

/** What the condition was held against: `91.0 %`, `not measured`, `≥1.00 s, not known to hold`, `9.86 ms, n too small`. */
export function gateFigure(judged: JudgedGate): string {
  const isOpen = judged.value !== null && judged.isKnown === false;
  return `${figureOf(judged)}${isOpen ? ", not known to hold" : ""}${judged.small ? ", n too small" : ""}`;
}

/** A line of a table. */
export function gateLine(judged: JudgedGate): string {
  return `Gate        ${judged.passed ? "passed" : "FAILED"}  ${judged.gate}  (${gateFigure(judged)})`;
}

/** A paragraph of Markdown. */
export function gateMarkdown(judged: JudgedGate): string {
  return `${judged.passed ? "Gate passed" : "**Gate FAILED**"}: \`${judged.gate}\` (${gateFigure(judged)})`;
}

/** A case of JUnit's. */
export function gateCheck(judged: JudgedGate): { name: string; failure: string | null; text?: string } {
  const failure = judged.value === null ? figureOf(judged) : `measured: ${figureOf(judged)}`;
  return {
    name: judged.gate,
    failure: judged.passed ? null : failure,
    ...(judged.small ? { text: "n is too small to trust this quantile" } : {}),
  };
}

function figureOf({ value, unit = null, limit = null, isLowerBound = false }: JudgedGate): string {
  return value === null ? "not measured" : `${isLowerBound ? "≥" : ""}${valueText(value, unit, limit)}`;
}

function valueText(value: number, unit: string | null, limit: number | null): string {
  switch (unit) {
    case "ms":
      return formatDuration(value);
    case "bytes/s":
      return `${formatBytes(value)}/s`;
    case "share":
      return percentBeside(value, limit);
    case "tokens":
      return `${measured(value)} tokens`;
    case "req/s":
    case "tok/s":
      return `${measured(value)} ${unit}`;
    default:
      return measured(value);
  }
}

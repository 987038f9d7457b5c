import { usageError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { parseDecimal } from "../../core/units.ts";
import type { FaultRule, Where } from "./fault.ts";
import { FAULT_KINDS } from "./kinds.ts";

const WHERE_ALLOWED = "*, a probability such as p=0.05, or request numbers such as 3,7,10-20";

/** `KIND[:ARG…]@WHERE`. @throws usageError naming the flag, the text and what is allowed */
export function parseFault(text: string): FaultRule {
  const at = text.lastIndexOf("@");
  const what = at < 0 ? text : text.slice(0, at);
  const [kind, ...args] = what.split(":");
  const known = Object.hasOwn(FAULT_KINDS, kind!) ? FAULT_KINDS[kind!]! : undefined;
  if (known === undefined) {
    const close = nearest(kind!, Object.keys(FAULT_KINDS));
    throw usageError(
      `--fault: "${text}" names no known fault; they are ${Object.keys(FAULT_KINDS).join(", ")}`,
      close === undefined ? undefined : `Did you mean ${close}?`,
    );
  }
  const fault = known.build(args);
  if (fault === undefined) {
    throw usageError(`--fault: "${text}": ${kind}${known.form} takes ${known.allowed}`);
  }
  const where = at < 0 ? undefined : parseWhere(text.slice(at + 1));
  if (where === undefined) {
    throw usageError(`--fault: "${text}" does not say which requests: after @ comes ${WHERE_ALLOWED}`);
  }
  return { text: what, fault, where };
}

function parseWhere(text: string): Where | undefined {
  if (text === "*") return { kind: "all" };
  if (text.startsWith("p=")) {
    const p = parseDecimal(text.slice(2));
    return p === null || p > 1 ? undefined : { kind: "probability", p };
  }
  const ranges = text.split(",").map((part) => {
    const match = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part);
    const from = Number(match?.[1]);
    return [from, Number(match?.[2] ?? from)] as const;
  });
  const isSound = ranges.every(([from, to]) => from >= 1 && to >= from);
  return isSound ? { kind: "numbers", ranges } : undefined;
}

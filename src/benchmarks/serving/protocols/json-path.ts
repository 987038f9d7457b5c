import { usageError } from "../../../core/errors.ts";

/** A path into JSON, parsed: `choices[0].text` → ["choices", 0, "text"]. */
export type JsonPath = readonly (string | number)[];

/** @throws ToolError USAGE when the text is no path */
export function parseJsonPath(text: string): JsonPath {
  const steps: (string | number)[] = [];
  const step = /\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]/y;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) throw usageError(`"${text}" is no JSON path`, "Write it as choices[0].text.");
    steps.push(match[1] ?? Number(match[2]));
  }
  if (steps.length === 0) throw usageError("a JSON path may not be empty", "Write it as choices[0].text.");
  return steps;
}

/** What stands at the path, or undefined. */
export function atPath(json: unknown, path: JsonPath): unknown {
  let value = json;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

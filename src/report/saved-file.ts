import { readFileSync, statSync } from "node:fs";
import * as v from "valibot";
import { messageOf, usageError } from "../core/errors.ts";
import { JsonSyntaxError } from "../results/python-json.ts";

/* Reading files that runs left: keys that no schema names may be anything, and older files may lack some. */

export const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema, null), null);
export const text = maybe(v.string());
export const number = maybe(v.number());
export const flag = v.optional(v.boolean(), false);

/**
 * @param writer who writes such files, for the error: `a serving run writes`
 * @returns what the file holds, and what the schema takes of it; null where there is no such file, or an empty one: a run makes its files before it begins
 * @throws ToolError USAGE where it holds something else
 */
export function readSaved<T extends v.GenericSchema>(
  path: string,
  parser: (content: string) => unknown,
  schema: T,
  writer: string,
): { content: unknown; parsed: v.InferOutput<T> } | null {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return null;
  let content: unknown;
  try {
    content = parser(readFileSync(path, "utf8"));
  } catch (error) {
    throw usageError(
      error instanceof JsonSyntaxError
        ? `${path}, ${error.message}: not JSON`
        : // YAML's parser shows the lines, too.
          `cannot read ${path}: ${messageOf(error).split("\n")[0]!.replace(/:$/, "")}`,
    );
  }
  // To valibot a list is an object, too.
  const parsed = v.safeParse(schema, Array.isArray(content) ? null : content);
  if (parsed.success) return { content, parsed: parsed.output };
  const [issue] = parsed.issues;
  throw usageError(`${path} is not what ${writer} (${v.getDotPath(issue) ?? "content"}: ${issue.message})`);
}

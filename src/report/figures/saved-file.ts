import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { messageOf, usageError } from "../../core/errors.ts";

/* Reading files that runs left: keys that no schema names may be anything, and older files may lack some. */

export const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema, null), null);
export const text = maybe(v.string());
export const number = maybe(v.number());

/**
 * @param writer who writes such files, for the error: `a serving run writes`
 * @returns null where there is no such file
 * @throws ToolError USAGE where it holds something else
 */
export function readSaved<T extends v.GenericSchema>(
  path: string,
  parser: (content: string) => unknown,
  schema: T,
  writer: string,
): v.InferOutput<T> | null {
  if (!existsSync(path)) return null;
  let content: unknown;
  try {
    content = parser(readFileSync(path, "utf8"));
  } catch (error) {
    throw usageError(`cannot read ${path}: ${messageOf(error)}`);
  }
  const parsed = v.safeParse(schema, content);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw usageError(`${path} is not what ${writer} (${v.getDotPath(issue) ?? "content"}: ${issue.message})`);
}

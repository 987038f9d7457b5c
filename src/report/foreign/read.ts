import { readFileSync } from "node:fs";
import { basename } from "node:path";
import * as v from "valibot";
import { messageOf, usageError } from "../../core/errors.ts";
import { JsonSyntaxError, parsePythonJson } from "../../results/python-json.ts";
import type { ForeignResult } from "./result.ts";
import { resultOfSeed, SEED_KEYS } from "./seed.ts";
import { resultOfVllm, VLLM_KEYS } from "./vllm.ts";

const READABLE =
  "Readable are run directories of inferbench, and result files of vllm bench serve (--save-result) and of AI-Hypercomputer's inference-benchmark (--save-json-results).";

/** Reads another tool's result file. @throws ToolError USAGE naming the file, and the line where it is no JSON */
export function readForeignFile(path: string): ForeignResult {
  const content = contentOf(path);
  try {
    const result = readerOf(content, path)(content);
    return { ...result, path, name: basename(path).replace(/\.json$/i, "") };
  } catch (error) {
    if (!(error instanceof v.ValiError)) throw error;
    const [issue] = error.issues as [v.BaseIssue<unknown>];
    throw usageError(`${path}: ${v.getDotPath(issue) ?? "content"}: ${issue.message}`, READABLE);
  }
}

function contentOf(path: string): unknown {
  try {
    return parsePythonJson(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw usageError(`${path}, ${error.message}: not JSON`, READABLE);
    throw usageError(`cannot read ${path}: ${messageOf(error)}`);
  }
}

function readerOf(
  content: unknown,
  path: string,
): (content: unknown) => Omit<ForeignResult, "path" | "name"> {
  const top = keysOf(content);
  if (SEED_KEYS.some((key) => key in keysOf(top.metrics))) return resultOfSeed;
  if (VLLM_KEYS.filter((key) => key in top).length > VLLM_KEYS.length / 2) return resultOfVllm;
  throw usageError(
    `${path} is no result file that report knows: it has neither ${VLLM_KEYS.join(", ")} (vllm bench serve) nor metrics.${SEED_KEYS[0]} (inference-benchmark)`,
    READABLE,
  );
}

function keysOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

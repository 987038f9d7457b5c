import { assertNever, usageError } from "../../../core/errors.ts";
import { azureRows, burstGptRows, csvHeader } from "./trace-csv.ts";
import { mooncakeRows, ownRows } from "./trace-jsonl.ts";
import type { TraceFormat, TraceRow } from "./trace-row.ts";

/** The format by the first line that is not blank: the keys of its JSON object, or its columns. @throws ToolError USAGE */
export function detectFormat(text: string, path: string): TraceFormat {
  const first = /\S.*/.exec(text)?.[0] ?? "";
  if (first === "") throw usageError(`the trace ${path} is empty`);
  if (first.startsWith("{")) {
    if (first.includes('"at_ms"')) return "inferbench";
    if (first.includes('"input_length"')) return "mooncake";
  } else {
    const columns = csvHeader(first);
    if (columns.includes("ContextTokens")) return "azure";
    if (columns.includes("Request tokens")) return "burstgpt";
  }
  throw usageError(
    `the trace ${path} is in no format that is known: its first line is neither of Mooncake, BurstGPT, Azure nor inferbench`,
    'Write JSON lines such as {"at_ms": 0, "prompt_tokens": 120, "max_tokens": 64}.',
  );
}

/** The file's requests in its own order, read as they are asked for. @throws ToolError USAGE naming the file and the line */
export function traceRows(format: TraceFormat, text: string, path: string): Iterable<TraceRow> {
  switch (format) {
    case "mooncake":
      return mooncakeRows(text, path);
    case "burstgpt":
      return burstGptRows(text, path);
    case "azure":
      return azureRows(text, path);
    case "inferbench":
      return ownRows(text, path);
    default:
      return assertNever(format);
  }
}

import * as v from "valibot";
import { eachLine } from "../../core/each-line.ts";
import { messageOf, systemCode, ToolError, usageError } from "../../core/errors.ts";
import type { RequestRecord, SessionTurn } from "./record.ts";

const instant = v.number();
const maybeInstant = v.nullable(v.number());
const maybeCount = v.nullable(v.number());

const Line = v.object({
  index: v.number(),
  stage: v.picklist(["warmup", "run"]),
  model: v.optional(v.string()),
  session: v.optional(v.number()),
  turn: v.optional(v.number()),
  turns: v.optional(v.number()),
  intendedAt: instant,
  sentAt: maybeInstant,
  headersAt: maybeInstant,
  firstByteAt: maybeInstant,
  firstTokenAt: maybeInstant,
  firstAnswerAt: maybeInstant,
  lastTokenAt: maybeInstant,
  endAt: instant,
  streamed: v.boolean(),
  httpStatus: maybeCount,
  finishReason: v.nullable(v.string()),
  promptTokens: v.number(),
  maxTokens: v.number(),
  usage: v.nullable(
    v.object({
      promptTokens: maybeCount,
      completionTokens: maybeCount,
      cachedTokens: maybeCount,
      reasoningTokens: maybeCount,
    }),
  ),
  textTokens: maybeCount,
  channels: v.object({ answer: v.number(), reasoning: v.number(), tool: v.number() }),
  bytesReceived: v.number(),
  failure: v.nullable(v.object({ class: v.string(), phase: v.string(), message: v.string() })),
  chunkUs: v.array(v.number()),
  chunkEvents: v.optional(v.array(v.number())),
  chunkTokens: v.optional(v.array(v.number())),
});

/** Records read back, and whether the file's last line was broken off (a killed run). */
export interface RecordFile {
  records: RequestRecord[];
  isCutOff: boolean;
}

/**
 * Reads requests.jsonl, or lines that are already there.
 * @throws ToolError USAGE naming file and line for anything else that is no record
 */
export function readRecords(path: string, given?: readonly string[]): RecordFile {
  if (given !== undefined)
    return { records: given.map((line, i) => parseRecord(line, path, i + 1)), isCutOff: false };
  const records: RequestRecord[] = [];
  const isCutOff = eachRecord(path, (record) => records.push(record));
  return { records, isCutOff };
}

/**
 * Reads requests.jsonl record by record, in memory for one of them. A last line without its newline was being written when the run was
 * killed: it is left out.
 * @returns whether there was such a line
 * @throws ToolError USAGE naming file and line for anything else that is no record
 */
export function eachRecord(path: string, take: (record: RequestRecord) => void): boolean {
  let number = 0;
  try {
    return eachLine(path, (line) => take(parseRecord(line, path, ++number)));
  } catch (error) {
    if (systemCode(error) === undefined || error instanceof ToolError) throw error;
    throw usageError(`cannot read ${path}: ${messageOf(error)}`);
  }
}

/** One line of requests.jsonl. @throws ToolError USAGE naming file and line where it is no record */
export function parseRecord(line: string, path: string, number: number): RequestRecord {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw usageError(`${path}, line ${number}: not JSON (${messageOf(error)})`);
  }
  const parsed = v.safeParse(Line, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw usageError(
      `${path}, line ${number}: no record of a request (${v.getDotPath(issue) ?? "line"}: ${issue.message})`,
    );
  }
  const {
    model = null,
    session = null,
    turn = null,
    turns = null,
    chunkUs,
    chunkEvents,
    chunkTokens,
    ...rest
  } = parsed.output;
  if (!isInOrder(parsed.output))
    throw usageError(`${path}, line ${number}: no record of a request (its times go backwards)`);
  return {
    ...(rest as Omit<RequestRecord, keyof SessionTurn | "model" | "chunkUs" | "chunkEvents" | "chunkTokens">),
    model,
    session,
    turn,
    turns,
    chunkUs: Float64Array.from(chunkUs),
    chunkEvents:
      chunkEvents === undefined ? new Float64Array(chunkUs.length).fill(1) : Float64Array.from(chunkEvents),
    chunkTokens: chunkTokens === undefined ? null : Float64Array.from(chunkTokens),
  };
}

/** Whether nothing came before the request was sent, and no chunk before the one before it. */
function isInOrder(line: v.InferOutput<typeof Line>): boolean {
  const { sentAt, firstTokenAt, lastTokenAt, endAt, chunkUs } = line;
  const isAfterSend = (at: number | null) => at === null || sentAt === null || at >= sentAt;
  return (
    [firstTokenAt, lastTokenAt, endAt].every(isAfterSend) &&
    chunkUs.every((us, i) => us >= (chunkUs[i - 1] ?? 0))
  );
}

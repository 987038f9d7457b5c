import * as m from "../../../benchmarks/serving/metrics.ts";
import type { RequestRecord } from "../../../benchmarks/serving/record.ts";
import { packed } from "../packed.ts";
import { chosenRows } from "./choose.ts";
import { type ColumnHead, encodeColumn, type RequestTableData } from "./columns.ts";

/** Different texts of one column; what a server writes into each of its errors (a number, a time) would make a million. */
const MOST_TEXTS = 3000;
const LONGEST_TEXT = 200;
const OTHER_TEXTS = "another text, see requests.jsonl";

/** A column, and its value of one record; of names the text. */
type Column = ColumnHead &
  ({ kind: "name"; of: (r: RequestRecord) => string | null } | { of: (r: RequestRecord) => number | null });

const ms = { kind: "duration", unit: "ms" } as const;

const columns: readonly Column[] = [
  {
    id: "index",
    title: "No.",
    unit: "",
    kind: "count",
    definition: "number in the plan, from 0",
    of: (r) => r.index,
  },
  {
    id: "due",
    title: "Due",
    unit: "s",
    kind: "time",
    definition: "intended send time, since that of the first request",
    of: (r) => r.intendedAt,
  },
  {
    id: "outcome",
    title: "Outcome",
    unit: "",
    kind: "name",
    definition: "ok, or the class of the failure",
    of: (r) => r.failure?.class ?? "ok",
  },
  {
    id: "phase",
    title: "Failed in",
    unit: "",
    kind: "name",
    definition: "how far a failed request had come",
    of: (r) => r.failure?.phase ?? "",
  },
  { id: "lateness", title: "Lateness", ...ms, definition: "sent - intended send time", of: m.latenessMs },
  { id: "ttft", title: "TTFT", ...ms, definition: "first token - sent", of: m.ttftMs },
  {
    id: "tpot",
    title: "TPOT",
    ...ms,
    definition: "(last - first token) / (output tokens - 1)",
    of: m.tpotMs,
  },
  {
    id: "stall",
    title: "Longest stall",
    ...ms,
    definition: "largest gap between chunks",
    of: m.longestStallMs,
  },
  {
    id: "ended",
    title: "Ended after",
    ...ms,
    definition: "end - sent: E2EL of a success, of a failure the time until it was seen",
    of: (r) => (r.sentAt === null ? null : r.endAt - r.sentAt),
  },
  {
    id: "prompt",
    title: "Prompt",
    unit: "tok",
    kind: "count",
    definition: "prompt tokens by the server's usage, else by the plan",
    of: (r) => r.usage?.promptTokens ?? r.promptTokens,
  },
  {
    id: "output",
    title: "Output",
    unit: "tok",
    kind: "count",
    definition: "output tokens by usage, else tokenizer, else token-bearing events",
    of: (r) => (m.outputTokens(r).source === "none" ? null : m.outputTokens(r).count),
  },
  {
    id: "status",
    title: "HTTP",
    unit: "",
    kind: "count",
    definition: "status of the response",
    of: (r) => r.httpStatus,
  },
  {
    id: "model",
    title: "Model",
    unit: "",
    kind: "name",
    definition: "the model that was asked",
    of: (r) => r.model,
  },
  {
    id: "session",
    title: "Session",
    unit: "",
    kind: "count",
    definition: "the conversation's number in the plan",
    of: (r) => r.session,
  },
  {
    id: "turn",
    title: "Turn",
    unit: "",
    kind: "count",
    definition: "of the conversation, from 0",
    of: (r) => r.turn,
  },
  {
    id: "note",
    title: "Ended by",
    unit: "",
    kind: "name",
    definition: "the server's finish reason; of a failure what the server or the system said",
    of: (r) => (r.failure === null ? (r.finishReason ?? "") : r.failure.message),
  },
];

/** Takes a run's records in any order and keeps some numbers of each, for the table of requests. */
export class RequestRows {
  readonly #values = columns.map((): number[] => []);
  readonly #texts = columns.map(() => new Map<string, number>());

  add(record: RequestRecord): void {
    if (record.stage !== "run") return;
    for (const [i, column] of columns.entries()) {
      const value = column.of(record);
      this.#values[i]!.push(typeof value === "string" ? this.#placeOf(i, value) : (value ?? Number.NaN));
    }
  }

  /** The table as it goes into a page, and what of the run it is. @param seed of the sample where not all fit */
  finish(seed: number): { data: RequestTableData; sentence: string } {
    const value = (id: string) => this.#values[columns.findIndex((column) => column.id === id)]!;
    const due = value("due");
    const start = due.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const ok = this.#texts[columns.findIndex(({ id }) => id === "outcome")]!.get("ok");
    const { rows, sentence } = chosenRows(
      { due, ended: value("ended"), isFailed: (row) => value("outcome")[row] !== ok },
      seed,
    );
    const parts: Uint8Array[] = [];
    const heads: ColumnHead[] = [];
    for (const [i, { of: _, ...head }] of columns.entries()) {
      const all = this.#values[i]!;
      if (all.every(Number.isNaN)) continue;
      const of = (row: number) => (head.id === "due" ? all[row]! - start : all[row]!);
      const given = Float64Array.from(rows, of);
      const texts = [...this.#texts[i]!.keys()];
      const { values, names } =
        head.kind === "name" ? renamed(given, texts) : { values: given, names: undefined };
      parts.push(encodeColumn(head.kind, values));
      heads.push(names === undefined ? head : { ...head, names });
    }
    const bytes = new Uint8Array(Buffer.concat(parts));
    return { data: { rows: rows.length, columns: heads, packed: packed(bytes) }, sentence };
  }

  #placeOf(column: number, given: string): number {
    const texts = this.#texts[column]!;
    const short = given.length > LONGEST_TEXT ? `${given.slice(0, LONGEST_TEXT)}…` : given;
    const text = texts.has(short) || texts.size < MOST_TEXTS ? short : OTHER_TEXTS;
    const place = texts.get(text) ?? texts.size;
    texts.set(text, place);
    return place;
  }
}

/** Texts numbered as they come in these rows: not by the order in which records were handed over, nor with those that no row has. */
function renamed(
  values: Float64Array,
  texts: readonly string[],
): { values: Float64Array; names: readonly string[] } {
  const places = new Map<number, number>();
  const numbered = values.map((old) => {
    const place = places.get(old) ?? places.size;
    places.set(old, place);
    return place;
  });
  return { values: numbered, names: [...places.keys()].map((old) => texts[old]!) };
}

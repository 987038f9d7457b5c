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
  readonly #texts = columns.map(() => new Texts());

  add(record: RequestRecord): void {
    if (record.stage !== "run") return;
    for (const [i, column] of columns.entries()) {
      const value = column.of(record);
      this.#values[i]!.push(
        typeof value === "string" ? this.#texts[i]!.placeOf(value) : (value ?? Number.NaN),
      );
    }
  }

  get length(): number {
    return this.#values[0]!.length;
  }

  /** The values of the i-th column, of names their places in `texts`. */
  column(i: number): { values: readonly number[]; texts: readonly string[] } {
    return { values: this.#values[i]!, texts: this.#texts[i]!.all };
  }
}

/** Texts by number, as long and as many as a page holds. */
class Texts {
  readonly #places = new Map<string, number>();

  get all(): readonly string[] {
    return [...this.#places.keys()];
  }

  placeOf(given: string): number {
    const short = given.length > LONGEST_TEXT ? `${given.slice(0, LONGEST_TEXT)}…` : given;
    const text = this.#places.has(short) || this.#places.size < MOST_TEXTS ? short : OTHER_TEXTS;
    const place = this.#places.get(text) ?? this.#places.size;
    this.#places.set(text, place);
    return place;
  }
}

/** The rows of one run; of several with its name. */
export interface RunRows {
  name: string;
  rows: RequestRows;
}

/** The table of requests as it goes into a page, and what of the runs it is. @param seed of the sample where not all fit */
export function requestTable(
  runs: readonly RunRows[],
  seed: number,
): { data: RequestTableData; sentence: string } {
  const all = columns.map((column, i) => joined(runs, column, i));
  const column = (id: string) => all[columns.findIndex((one) => one.id === id)]!;
  const runOf = runs.flatMap(({ rows }, run) => new Array<number>(rows.length).fill(run));
  const outcome = column("outcome");
  const ok = outcome.texts.indexOf("ok");
  const { rows, sentence } = chosenRows(
    {
      runOf,
      due: column("due").values,
      ended: column("ended").values,
      isFailed: (row) => outcome.values[row] !== ok,
    },
    seed,
  );
  const parts: Uint8Array[] = [];
  const heads: ColumnHead[] = [];
  const put = (head: ColumnHead, values: readonly number[], texts: readonly string[]) => {
    const given = Float64Array.from(rows, (row) => values[row]!);
    const { values: shown, names } =
      head.kind === "name" ? renamed(given, texts) : { values: given, names: undefined };
    parts.push(encodeColumn(head.kind, shown));
    heads.push(names === undefined ? head : { ...head, names });
  };
  if (runs.length > 1)
    put(
      RUN,
      runOf,
      runs.map(({ name }) => name),
    );
  for (const [i, { of: _, ...head }] of columns.entries()) {
    const { values, texts } = all[i]!;
    if (!values.every(Number.isNaN)) put(head, values, texts);
  }
  const bytes = new Uint8Array(Buffer.concat(parts));
  return { data: { rows: rows.length, columns: heads, packed: packed(bytes) }, sentence };
}

const RUN: ColumnHead = {
  id: "run",
  title: "Run",
  unit: "",
  kind: "name",
  definition: "whose request it is",
};

/** A column of all runs, one after the other: times since each one's first request, texts by one numbering. */
function joined(runs: readonly RunRows[], { id, kind }: Column, i: number) {
  const texts = new Texts();
  const values = runs.flatMap(({ rows }) => {
    const own = rows.column(i);
    if (kind === "name") {
      const places = own.texts.map((text) => texts.placeOf(text));
      // A request without a text has none in any numbering.
      return own.values.map((place) => places[place] ?? Number.NaN);
    }
    if (id !== "due") return own.values;
    const start = own.values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    return own.values.map((at) => at - start);
  });
  return { values, texts: texts.all };
}

/** Texts numbered as they come in these rows: not by the order in which records were handed over, nor with those that no row has. */
function renamed(
  values: Float64Array,
  texts: readonly string[],
): { values: Float64Array; names: readonly string[] } {
  const places = new Map<number, number>();
  const numbered = values.map((old) => {
    if (Number.isNaN(old)) return old;
    const place = places.get(old) ?? places.size;
    places.set(old, place);
    return place;
  });
  return { values: numbered, names: [...places.keys()].map((old) => texts[old]!) };
}

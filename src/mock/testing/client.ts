import { eventData, exchangeRaw, parseAnswer, postBytes } from "./raw-client.ts";

/** The parts of a chunk, of any format, that the tests look at. */
export interface Chunk {
  readonly id?: string;
  readonly text?: string;
  readonly error?: { readonly message: string };
  readonly choices?: readonly {
    readonly text?: string;
    readonly delta?: {
      readonly role?: string;
      readonly content?: string;
      readonly reasoning_content?: string;
      readonly tool_calls?: readonly {
        readonly id?: string;
        readonly function: { readonly name?: string; readonly arguments: string };
      }[];
    };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

/** A streamed answer: its parsed events, and whether it ended with [DONE]. */
export interface Streamed {
  readonly status: number;
  readonly chunks: readonly Chunk[];
  readonly isDone: boolean;
  readonly isWhole: boolean;
  readonly body: string;
  readonly end: "fin" | "reset" | "open";
  readonly pieces: readonly { readonly atMs: number; readonly bytes: Buffer }[];
}

/** POSTs `{...fields, stream: true}` on a connection of its own and reads all of the answer. */
export async function stream(
  port: number,
  path: string,
  fields: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Streamed> {
  const raw = await exchangeRaw(port, postBytes(path, { ...fields, stream: true }, headers));
  const answer = parseAnswer(raw.bytes);
  const data = eventData(answer.body);
  const isDone = data.at(-1) === "[DONE]";
  const whole = answer.isWhole || raw.end === "fin" ? data : data.slice(0, -1);
  const chunks = whole.filter((text) => text !== "[DONE]").flatMap((text) => tryParse(text));
  return { ...answer, chunks, isDone, end: raw.end, pieces: raw.pieces };
}

export const CHAT = "/v1/chat/completions";
export const COMPLETIONS = "/v1/completions";

/** A chat request of three prompt tokens. */
export function chatBody(maxTokens: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { messages: [{ role: "user", content: "one two three" }], max_tokens: maxTokens, ...more };
}

/** A completions request of three prompt tokens. */
export function promptBody(maxTokens: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { prompt: "one two three", max_tokens: maxTokens, ...more };
}

/** All answer text of a stream, of any format. */
export function textOf(chunks: readonly Chunk[]): string {
  return chunks
    .map(({ choices, text }) => choices?.[0]?.delta?.content ?? choices?.[0]?.text ?? text ?? "")
    .join("");
}

/** The last event of a broken answer may be half. */
function tryParse(text: string): Chunk[] {
  try {
    return [JSON.parse(text) as Chunk];
  } catch {
    return [];
  }
}

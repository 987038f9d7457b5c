import { GrowingFloats } from "../../../core/growing-floats.ts";
import { Piece, type Protocol, type Usage } from "../protocols/protocol.ts";
import type { ChannelCounts, FailureClass } from "../record.ts";
import { AnswerText } from "./answer-text.ts";
import { shorten } from "./failure.ts";
import { SseSplitter } from "./sse.ts";
import { UnchangedEvent } from "./unchanged-event.ts";

const DONE = "[DONE]";
const DATA = "data:";
const decoder = new TextDecoder();

/**
 * Reads one answer as its bytes come. A chunk's instant is taken by the caller when it is read, before anything here runs.
 */
export class AnswerReader {
  firstByteAt: number | null = null;
  firstTokenAt: number | null = null;
  firstAnswerAt: number | null = null;
  lastTokenAt: number | null = null;
  streamed = false;
  finishReason: string | null = null;
  usage: Usage | null = null;
  bytesReceived = 0;
  /** The first thing that was wrong in the body. */
  problem: { class: FailureClass; message: string } | null = null;
  readonly channels: ChannelCounts = { answer: 0, reasoning: 0, tool: 0 };
  readonly chunkAt = new GrowingFloats();
  readonly chunkEvents = new GrowingFloats();
  /** All channels. */
  readonly text: AnswerText | null;
  /** The answer alone. */
  readonly answer: AnswerText | null;

  readonly #protocol: Protocol;
  readonly #hide: (said: string) => string;
  readonly #piece = new Piece();
  readonly #splitter: SseSplitter;
  readonly #unchanged: UnchangedEvent;
  readonly #chunkTokens = new GrowingFloats();
  #body: Uint8Array[] | null = null;
  #sawDone = false;
  /** Token-bearing events of the current chunk. */
  #events = 0;
  /** The current chunk, all events in it, and where the last one lies. */
  #chunk: Uint8Array | null = null;
  #eventsSeen = 0;
  #eventStart = 0;
  #eventEnd = 0;
  #tokensBefore = 0;
  #tokensSoFar = 0;
  #everyEventHasTokens = true;

  /**
   * @param keepText keep the answer's text, for a tokenizer to count after the run
   * @param hide takes secrets out of what the server says of a failure
   * @param keepAnswer keep the text of the answer channel, for a conversation to go on with
   */
  constructor(
    protocol: Protocol,
    keepText: boolean,
    hide: (said: string) => string = (said) => said,
    keepAnswer = false,
  ) {
    this.#protocol = protocol;
    this.#hide = hide;
    this.text = keepText ? new AnswerText() : null;
    this.answer = keepAnswer ? new AnswerText() : null;
    this.#unchanged = new UnchangedEvent(protocol.textKey);
    this.#splitter = new SseSplitter((bytes, start, end) => this.#event(bytes, start, end));
  }

  /** The response's head is there. */
  begin(contentType: string): void {
    this.streamed = contentType.includes("text/event-stream");
    if (!this.streamed) this.#body = [];
  }

  chunk(bytes: Uint8Array, atMs: number): void {
    this.bytesReceived += bytes.length;
    if (this.firstByteAt === null) {
      this.firstByteAt = atMs;
      // Some servers stream events under another content type.
      if (this.#body !== null && startsWith(bytes, 0, DATA)) {
        this.#body = null;
        this.streamed = true;
      }
    }
    if (this.#body !== null) {
      this.#body.push(bytes);
      return;
    }
    const wasBetween = this.#splitter.isBetweenEvents;
    if (wasBetween) {
      const textStart = this.#unchanged.textStartInChunk(bytes);
      if (textStart >= 0) {
        this.#events = 1;
        this.#plainEvent(bytes, textStart, bytes.length - this.#unchanged.chunkTail);
        this.#stamp(atMs, true);
        return;
      }
    }
    this.#chunk = bytes;
    this.#events = 0;
    this.#eventsSeen = 0;
    const answersBefore = this.channels.answer;
    this.#splitter.push(bytes);
    if (this.#events > 0) this.#stamp(atMs, this.channels.answer > answersBefore);
    if (wasBetween && this.#eventsSeen === 1 && this.#eventStart >= 0 && this.#splitter.isBetweenEvents) {
      this.#unchanged.learnChunk(bytes, this.#eventStart, this.#eventEnd);
    }
  }

  /** The body ended in order. */
  end(atMs: number): void {
    if (this.#body !== null) this.#whole(decoder.decode(Buffer.concat(this.#body)));
    else {
      this.#events = 0;
      const answersBefore = this.channels.answer;
      this.#splitter.end();
      if (this.#events > 0) this.#stamp(atMs, this.channels.answer > answersBefore);
    }
    if (this.problem !== null) return;
    if (this.channels.answer + this.channels.reasoning + this.channels.tool === 0) {
      this.problem = { class: "empty", message: "the answer has no token" };
    } else if (
      this.streamed &&
      this.finishReason === null &&
      !this.#sawDone &&
      this.#protocol.name !== "template"
    ) {
      this.problem = {
        class: "truncated",
        message: "the stream ended without finish_reason and without [DONE]",
      };
    }
  }

  /** Tokens of each chunk, if the server counted them with every token-bearing event. */
  chunkTokens(): Float64Array | null {
    return this.#everyEventHasTokens && this.#tokensSoFar > 0 ? this.#chunkTokens.toArray() : null;
  }

  #stamp(atMs: number, hasAnswer: boolean): void {
    this.firstTokenAt ??= atMs;
    if (hasAnswer) this.firstAnswerAt ??= atMs;
    this.lastTokenAt = atMs;
    this.chunkAt.push(atMs);
    this.chunkEvents.push(this.#events);
    this.#chunkTokens.push(this.#tokensSoFar - this.#tokensBefore);
    this.#tokensBefore = this.#tokensSoFar;
  }

  #event(bytes: Uint8Array, start: number, end: number): void {
    this.#eventsSeen++;
    // An event of several data lines is put together elsewhere, and lies nowhere in its chunk.
    this.#eventStart = bytes === this.#chunk ? start : -1;
    this.#eventEnd = end;
    const textStart = this.#unchanged.textStart(bytes, start, end);
    if (textStart >= 0) {
      this.#events++;
      this.#plainEvent(bytes, textStart, end - this.#unchanged.eventTail);
      return;
    }
    if (start === end) return;
    if (end - start === DONE.length && startsWith(bytes, start, DONE)) {
      this.#sawDone = true;
      return;
    }
    const piece = this.#piece;
    piece.clear();
    const json = decoder.decode(bytes.subarray(start, end));
    try {
      this.#protocol.readEvent(JSON.parse(json), piece);
    } catch {
      this.problem ??= { class: "parse", message: shorten(this.#hide(`not JSON: ${json}`)) };
      return;
    }
    this.#take(piece);
    this.#unchanged.learn(bytes, start, end, piece);
  }

  /** An event that holds text of the answer and nothing else. */
  #plainEvent(bytes: Uint8Array, textStart: number, textEnd: number): void {
    this.channels.answer++;
    this.#everyEventHasTokens = false;
    this.text?.addBytes(bytes, textStart, textEnd);
    this.answer?.addBytes(bytes, textStart, textEnd);
  }

  #take(piece: Piece): void {
    if (piece.error !== null)
      this.problem ??= { class: "stream-error", message: shorten(this.#hide(piece.error)) };
    if (piece.finishReason !== null) this.finishReason = piece.finishReason;
    if (piece.usage !== null) this.usage = piece.usage;
    if (piece.text === "" && piece.reasoning === "" && piece.tool === "") return;
    this.#events++;
    if (piece.text !== "") this.channels.answer++;
    else if (piece.reasoning !== "") this.channels.reasoning++;
    else this.channels.tool++;
    const tokens = piece.usage?.completionTokens ?? null;
    if (tokens === null) this.#everyEventHasTokens = false;
    else this.#tokensSoFar = tokens;
    this.text?.addText(piece.reasoning + piece.text + piece.tool);
    this.answer?.addText(piece.text);
  }

  /** An answer that came in one piece. */
  #whole(body: string): void {
    const piece = this.#piece;
    piece.clear();
    try {
      this.#protocol.readAnswer(JSON.parse(body), piece);
    } catch {
      this.problem = { class: "parse", message: shorten(this.#hide(`not JSON: ${body}`)) };
      return;
    }
    this.#take(piece);
  }
}

/** Whether these ASCII characters stand at this place. */
function startsWith(bytes: Uint8Array, start: number, text: string): boolean {
  if (bytes.length - start < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

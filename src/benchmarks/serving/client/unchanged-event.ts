import type { Piece } from "../protocols/protocol.ts";

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** After so many vain tries a stream is taken to change in every event (a token count in each, say). */
const PATIENCE = 8;

/** Bytes around a JSON string that is free to differ. */
interface Frame {
  head: Uint8Array;
  tail: Uint8Array;
}

/**
 * Recognises events that differ from the last parsed one in their text alone, so that they need no JSON parsing: in a
 * stream nearly all do. Learned from a parsed event are the bytes before and after its text; an event with the same bytes
 * around a text without quotes, backslashes or control characters is the same JSON but for that string. A chunk that is
 * one such event needs not even be split into lines.
 */
export class UnchangedEvent {
  readonly #key: Buffer | null;
  #event: Frame | null = null;
  #chunk: Frame | null = null;
  /** What was learned and then of no use, in a row. */
  #wasted = 0;

  /** @param textKey the JSON key of the text; null never recognises anything */
  constructor(textKey: string | null) {
    this.#key = textKey === null ? null : Buffer.from(`"${textKey}":`);
  }

  /** Learns from a parsed event that holds plain text, if its text can be found in its bytes without doubt. */
  learn(event: Uint8Array, start: number, end: number, piece: Piece): void {
    if (this.#event !== null) this.#wasted++;
    this.#event = null;
    this.#chunk = null;
    if (this.#key === null || this.#wasted > PATIENCE || !piece.isPlainText()) return;
    const bytes = Buffer.from(event.buffer, event.byteOffset + start, end - start);
    const keyAt = bytes.indexOf(this.#key);
    if (keyAt < 0 || bytes.indexOf(this.#key, keyAt + 1) >= 0) return;
    let open = keyAt + this.#key.length;
    while (bytes[open] === SPACE) open++;
    if (bytes[open] !== QUOTE) return;
    const close = bytes.indexOf(QUOTE, open + 1);
    if (close < 0 || bytes.toString("utf8", open + 1, close) !== piece.text) return;
    this.#event = { head: event.slice(start, start + open + 1), tail: event.slice(start + close, end) };
  }

  /** Learns how the event just learned lies in its chunk, of which it is all but for line ends and comments. */
  learnChunk(chunk: Uint8Array, eventStart: number, eventEnd: number): void {
    if (this.#event === null) return;
    const { head, tail } = this.#event;
    this.#chunk = {
      head: chunk.slice(0, eventStart + head.length),
      tail: chunk.slice(eventEnd - tail.length),
    };
  }

  /** Where the text of an unchanged event begins; it ends `eventTail` bytes before the event. -1: not recognised. */
  textStart(bytes: Uint8Array, start: number, end: number): number {
    return this.#match(this.#event, bytes, start, end);
  }

  /** Likewise for a chunk that is one unchanged event; its text ends `chunkTail` bytes before the chunk. */
  textStartInChunk(chunk: Uint8Array): number {
    return this.#match(this.#chunk, chunk, 0, chunk.length);
  }

  get eventTail(): number {
    return this.#event?.tail.length ?? 0;
  }

  get chunkTail(): number {
    return this.#chunk?.tail.length ?? 0;
  }

  #match(frame: Frame | null, bytes: Uint8Array, start: number, end: number): number {
    if (frame === null) return -1;
    const { head, tail } = frame;
    const textStart = start + head.length;
    const textEnd = end - tail.length;
    if (textEnd <= textStart) return -1;
    // Plain loops: a Buffer's compare needs a view, which costs more than these few bytes.
    for (let i = 0; i < head.length; i++) if (bytes[start + i] !== head[i]) return -1;
    for (let i = 0; i < tail.length; i++) if (bytes[textEnd + i] !== tail[i]) return -1;
    for (let i = textStart; i < textEnd; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE || byte === BACKSLASH || byte < SPACE) return -1;
    }
    this.#wasted = 0;
    return textStart;
  }
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;

/** Called for each event with the bytes of its data: `bytes[start, end)`, valid only during the call. */
export type OnEvent = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * Splits a stream of server-sent events into their data, from bytes and incrementally (WHATWG HTML, "server-sent events"):
 * lines end in LF, CR LF or CR; several data lines are joined by LF; comments and other fields are skipped. An event
 * that lies within one chunk is handed on without a copy. Unlike the standard, `end()` hands on an event whose closing
 * blank line never came, since servers leave it out after their last one.
 */
export class SseSplitter {
  readonly #onEvent: OnEvent;
  /** Bytes of a line that has not ended yet. */
  #carry = new Uint8Array(0);
  #carried = 0;
  /** Data lines of the current event once it cannot be a range of the chunk. */
  #data: Uint8Array[] = [];
  #skipLf = false;
  #atStart = true;

  constructor(onEvent: OnEvent) {
    this.#onEvent = onEvent;
  }

  /** Whether all that was pushed has been handed on, so that the next byte begins an event. */
  get isBetweenEvents(): boolean {
    return this.#carried === 0 && this.#data.length === 0 && !this.#skipLf && !this.#atStart;
  }

  push(chunk: Uint8Array): void {
    // The data of the current event as a range of `chunk`, while it is one line; start < 0: none.
    let dataStart = -1;
    let dataEnd = 0;
    let lineStart = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte !== LF && byte !== CR) {
        this.#skipLf = false;
        continue;
      }
      if (byte === LF && this.#skipLf) {
        this.#skipLf = false;
        lineStart = i + 1;
        continue;
      }
      this.#skipLf = byte === CR;
      let line: Uint8Array = chunk;
      let start = lineStart;
      let end = i;
      if (this.#carried > 0) {
        this.#keep(chunk, lineStart, i);
        line = this.#carry;
        start = 0;
        end = this.#carried;
      }
      lineStart = i + 1;
      if (this.#atStart) {
        start = skipByteOrderMark(line, start, end);
        this.#atStart = false;
      }
      if (start === end) {
        if (dataStart >= 0) {
          this.#onEvent(chunk, dataStart, dataEnd);
          dataStart = -1;
        } else if (this.#data.length > 0) this.#dispatchCollected();
      } else {
        const valueStart = dataValue(line, start, end);
        if (valueStart >= 0) {
          if (line === chunk && dataStart < 0 && this.#data.length === 0) {
            dataStart = valueStart;
            dataEnd = end;
          } else {
            if (dataStart >= 0) {
              this.#data.push(chunk.slice(dataStart, dataEnd));
              dataStart = -1;
            }
            this.#data.push(line.slice(valueStart, end));
          }
        }
      }
      this.#carried = 0;
    }
    if (dataStart >= 0) this.#data.push(chunk.slice(dataStart, dataEnd));
    if (lineStart < chunk.length) this.#keep(chunk, lineStart, chunk.length);
  }

  /** The stream is over: hands on what is left. */
  end(): void {
    if (this.#carried > 0) {
      const valueStart = dataValue(this.#carry, 0, this.#carried);
      if (valueStart >= 0) this.#data.push(this.#carry.slice(valueStart, this.#carried));
      this.#carried = 0;
    }
    if (this.#data.length > 0) this.#dispatchCollected();
  }

  #dispatchCollected(): void {
    const lines = this.#data;
    this.#data = [];
    if (lines.length === 1) {
      this.#onEvent(lines[0]!, 0, lines[0]!.length);
      return;
    }
    const joined = Buffer.concat(lines.flatMap((line, i) => (i === 0 ? [line] : [NEWLINE, line])));
    this.#onEvent(joined, 0, joined.length);
  }

  #keep(chunk: Uint8Array, start: number, end: number): void {
    const length = this.#carried + end - start;
    if (length > this.#carry.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#carry.length, 256));
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    this.#carry.set(chunk.subarray(start, end), this.#carried);
    this.#carried = length;
  }
}

const NEWLINE = Uint8Array.of(LF);

/** Where the value of a `data` line begins (one space after the colon is dropped); -1 for any other line. */
function dataValue(line: Uint8Array, start: number, end: number): number {
  const length = end - start;
  // "data" without a colon is a data field with an empty value.
  if (length < 4 || line[start] !== 0x64 || line[start + 1] !== 0x61) return -1;
  if (line[start + 2] !== 0x74 || line[start + 3] !== 0x61) return -1;
  if (length === 4) return end;
  if (line[start + 4] !== COLON) return -1;
  return line[start + 5] === SPACE && length > 5 ? start + 6 : start + 5;
}

function skipByteOrderMark(line: Uint8Array, start: number, end: number): number {
  const hasMark =
    end - start >= 3 && line[start] === 0xef && line[start + 1] === 0xbb && line[start + 2] === 0xbf;
  return hasMark ? start + 3 : start;
}

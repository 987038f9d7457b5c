/** Collects the bytes of a text that comes in pieces, to be read once it is whole. */
export class AnswerText {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  addBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    for (let i = start; i < end; i++) this.#bytes[this.#length++] = bytes[i]!;
  }

  addText(text: string): void {
    if (text === "") return;
    // UTF-8 takes at most 3 bytes a UTF-16 unit.
    this.#reserve(3 * text.length);
    this.#length += this.#bytes.write(text, this.#length);
  }

  toString(): string {
    return this.#bytes.toString("utf8", 0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#length + more, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

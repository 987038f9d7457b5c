import { isLive, printNote } from "../output.ts";

/** Off a TTY a line is printed this often. */
const PLAIN_MS = 10_000;

const SEPARATOR = " · ";

/** As many of a line's fields, from the first on, as fit into `columns`: a number cut in its middle is another one. The first is cut where it alone is too long. */
export function fieldsWithin(text: string, columns: number): string {
  const fields = text.split(SEPARATOR);
  while (fields.length > 1 && Bun.stringWidth(fields.join(SEPARATOR)) > columns) fields.pop();
  const line = fields.join(SEPARATOR);
  return Bun.stringWidth(line) <= columns ? line : Bun.sliceAnsi(line, 0, columns);
}

/** One line that shows how a run goes: redrawn in place on a TTY, printed each 10 s elsewhere. */
export class LiveLine {
  readonly #live = isLive();
  #lastPlainAt: number;
  #shown = false;

  constructor() {
    this.#lastPlainAt = performance.now();
  }

  /** Shows what `text` gives, if the time for it has come; else it is not even made. */
  update(text: () => string | null): void {
    if (!this.#live && performance.now() - this.#lastPlainAt < PLAIN_MS) return;
    const shown = text();
    if (shown === null) return;
    if (this.#live) {
      const width = process.stderr.columns ?? 80;
      // Erase to the end of the line after the text, so that a shorter one leaves nothing behind.
      process.stderr.write(`\r${fieldsWithin(shown, width - 1)}\x1b[K`);
      this.#shown = true;
      return;
    }
    this.#lastPlainAt = performance.now();
    printNote(shown);
  }

  /** Takes the line away, so that other text may follow. */
  clear(): void {
    if (this.#shown) process.stderr.write("\r\x1b[K");
    this.#shown = false;
  }
}

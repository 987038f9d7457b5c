/** Rows of numbers that are handed over from the front. */
export class RowBuffer {
  readonly #width: number;
  #numbers: Float64Array;
  #length = 0;

  /** @param width numbers in a row */
  constructor(width: number) {
    this.#width = width;
    this.#numbers = new Float64Array(1024 * width);
  }

  get rows(): number {
    return this.#length / this.#width;
  }

  /** Room for one more row: the numbers to write to, from `at` on. */
  next(): { numbers: Float64Array; at: number } {
    const at = this.#length;
    this.#length += this.#width;
    if (this.#length > this.#numbers.length) {
      const larger = new Float64Array(2 * this.#numbers.length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    return { numbers: this.#numbers, at };
  }

  /** Takes the first so many rows out, as a block of its own. */
  take(rows: number): Float64Array {
    const end = rows * this.#width;
    const taken = this.#numbers.slice(0, end);
    this.#numbers.copyWithin(0, end, this.#length);
    this.#length -= end;
    return taken;
  }
}

/** A Float64Array that grows: doubles its room when full. */
export class GrowingFloats {
  #values: Float64Array;
  #length = 0;

  constructor(room = 32) {
    this.#values = new Float64Array(room);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(2 * this.#length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** A copy of exactly what was pushed. */
  toArray(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}

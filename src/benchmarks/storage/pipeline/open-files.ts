/** Open files, or mappings, by their number: the last `keep` used stay open, the others are closed after their use. */
export class OpenFiles<T> {
  readonly #open: (file: number) => T;
  readonly #close: (handle: T) => void;
  readonly #keep: number;
  readonly #handles = new Map<number, T>();

  constructor(keep: number, open: (file: number) => T, close: (handle: T) => void) {
    this.#keep = keep;
    this.#open = open;
    this.#close = close;
  }

  use<R>(file: number, work: (handle: T) => R): R {
    const known = this.#handles.get(file);
    if (known !== undefined) return work(known);
    const handle = this.#open(file);
    if (this.#keep === 0) {
      try {
        return work(handle);
      } finally {
        this.#close(handle);
      }
    }
    if (this.#handles.size >= this.#keep) {
      const [oldest, its] = this.#handles.entries().next().value!;
      this.#handles.delete(oldest);
      this.#close(its);
    }
    this.#handles.set(file, handle);
    return work(handle);
  }

  closeAll(): void {
    for (const handle of this.#handles.values()) this.#close(handle);
    this.#handles.clear();
  }
}

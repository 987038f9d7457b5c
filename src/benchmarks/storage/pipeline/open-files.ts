/**
 * Open files, or mappings, by their number. Those that are not in use stay open as long as there are no more than `keep`, the last used
 * ones first.
 */
export class OpenFiles<T> {
  readonly #open: (file: number) => T;
  readonly #close: (handle: T) => void;
  readonly #keep: number;
  /** In the order of their last use. */
  readonly #files = new Map<number, { handle: T; users: number }>();

  constructor(keep: number, open: (file: number) => T, close: (handle: T) => void) {
    this.#keep = keep;
    this.#open = open;
    this.#close = close;
  }

  /** Opens a file, or shares it; `release` follows for each time. */
  acquire(file: number): T {
    const known = this.#files.get(file);
    if (known !== undefined) {
      known.users++;
      return known.handle;
    }
    if (this.#files.size >= this.#keep) this.#closeOldest();
    const handle = this.#open(file);
    this.#files.set(file, { handle, users: 1 });
    return handle;
  }

  release(file: number): void {
    const known = this.#files.get(file)!;
    known.users--;
    if (known.users > 0) return;
    this.#files.delete(file);
    if (this.#files.size < this.#keep) this.#files.set(file, known);
    else this.#close(known.handle);
  }

  use<R>(file: number, work: (handle: T) => R): R {
    const handle = this.acquire(file);
    try {
      return work(handle);
    } finally {
      this.release(file);
    }
  }

  closeAll(): void {
    for (const { handle } of this.#files.values()) this.#close(handle);
    this.#files.clear();
  }

  /** Of those that no one uses. */
  #closeOldest(): void {
    for (const [file, { handle, users }] of this.#files) {
      if (users > 0) continue;
      this.#files.delete(file);
      this.#close(handle);
      return;
    }
  }
}

/** Something that is due at an instant. It is asked again at the instant it returns, or never for Infinity. */
export interface Timed {
  /** @param nowMs the instant at which it really fires, at or after the one it was due at */
  fire(nowMs: number): number;
}

/** Binary min-heap of due instants: keys in a typed array, nothing allocated per firing. */
export class DueHeap {
  private keys = new Float64Array(64);
  private readonly items: Timed[] = [];

  get size(): number {
    return this.items.length;
  }

  /** The earliest due instant; Infinity when nothing is due. */
  get nextMs(): number {
    return this.items.length === 0 ? Number.POSITIVE_INFINITY : this.keys[0]!;
  }

  push(dueMs: number, item: Timed): void {
    const at = this.items.length;
    if (at === this.keys.length) {
      const grown = new Float64Array(at * 2);
      grown.set(this.keys);
      this.keys = grown;
    }
    this.items.push(item);
    this.siftUp(at, dueMs, item);
  }

  /** Takes off what is due first; undefined when nothing is due. */
  pop(): Timed | undefined {
    const first = this.items[0];
    const last = this.items.pop();
    if (last !== undefined && this.items.length > 0) this.siftDown(this.keys[this.items.length]!, last);
    return first;
  }

  clear(): void {
    this.items.length = 0;
  }

  private siftUp(from: number, key: number, item: Timed): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.keys[parent]! <= key) break;
      this.place(at, this.keys[parent]!, this.items[parent]!);
      at = parent;
    }
    this.place(at, key, item);
  }

  private siftDown(key: number, item: Timed): void {
    const size = this.items.length;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && this.keys[child + 1]! < this.keys[child]!) child++;
      if (this.keys[child]! >= key) break;
      this.place(at, this.keys[child]!, this.items[child]!);
      at = child;
    }
    this.place(at, key, item);
  }

  private place(at: number, key: number, item: Timed): void {
    this.keys[at] = key;
    this.items[at] = item;
  }
}

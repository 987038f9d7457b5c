/** A Prometheus histogram: cumulative counts by upper bound, sum and count. */
export class Histogram {
  readonly bounds: readonly number[];
  /** Observations in each bucket alone; the last one is above every bound. */
  private readonly counts: Float64Array;
  private sum = 0;

  /** @param bounds upper bounds, ascending */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > this.bounds[bucket]!) bucket++;
    this.counts[bucket]!++;
    this.sum += value;
  }

  /** The series of this histogram in the text format. @param labels `a="b",c="d"` */
  lines(name: string, labels: string): string[] {
    let cumulative = 0;
    const buckets = Array.from(this.counts, (count, i) => {
      cumulative += count;
      const bound = this.bounds[i];
      const le = bound === undefined ? "+Inf" : Number.isInteger(bound) ? bound.toFixed(1) : String(bound);
      return `${name}_bucket{${labels},le="${le}"} ${cumulative}`;
    });
    return [...buckets, `${name}_sum{${labels}} ${this.sum}`, `${name}_count{${labels}} ${cumulative}`];
  }
}

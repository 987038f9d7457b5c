import type { BucketQuantile } from "./figures.ts";

/** How many values lie at or below a bound; bounds ascending, the last one +Inf. */
export interface Bucket {
  le: number;
  count: number;
}

/**
 * As Prometheus' histogram_quantile: a straight line inside the bucket, whose lower end is 0 for the first one where its bound is above 0.
 * In the last bucket, which has no upper end, there is no value to give.
 */
export function bucketQuantile(buckets: readonly Bucket[], q: number): BucketQuantile | null {
  const n = buckets.at(-1)?.count ?? 0;
  if (!(n > 0) || buckets.length < 2) return null;
  const rank = q * n;
  const i = buckets.findIndex(({ count }) => count >= rank && count > 0);
  const { le: high, count } = buckets[i]!;
  const low = lowEnd(buckets, i);
  if (high === Number.POSITIVE_INFINITY) return { value: null, low, high: null };
  const below = buckets[i - 1]?.count ?? 0;
  return { value: low + (high - low) * ((rank - below) / (count - below)), low, high };
}

/** The lower end of the lowest bucket that holds any; null: none does. */
export function bucketMin(buckets: readonly Bucket[]): number | null {
  const i = buckets.findIndex(({ count }) => count > 0);
  return i < 0 ? null : lowEnd(buckets, i);
}

/** The upper end of the highest bucket that holds any; null: none does, or it has none. */
export function bucketMax(buckets: readonly Bucket[]): number | null {
  const n = buckets.at(-1)?.count ?? 0;
  const bound = n > 0 ? buckets.find(({ count }) => count >= n)?.le : undefined;
  return bound === undefined || bound === Number.POSITIVE_INFINITY ? null : bound;
}

function lowEnd(buckets: readonly Bucket[], i: number): number {
  return buckets[i - 1]?.le ?? Math.min(0, buckets[i]!.le);
}

/**
 * Where wholes begin in a sample that pools several values of each, a request's gaps for example: start offsets, ascending from 0; each
 * ends where the next one starts, the last one with the sample.
 */
export type Clusters = ArrayLike<number>;

/** @throws RangeError unless the offsets begin at 0 and ascend within a sample of n values; an empty sample may have none */
export function checkClusters(clusters: Clusters, n: number): void {
  if (clusters.length === 0 && n > 0) throw new RangeError(`${n} values without a cluster`);
  let before = 0;
  for (let i = 0; i < clusters.length; i++) {
    const start = clusters[i]!;
    if (!(Number.isInteger(start) && start >= before && start <= n) || (i === 0 && start !== 0)) {
      throw new RangeError(`clusters begin at 0 and ascend to ${n} at most, not to ${start} after ${before}`);
    }
    before = start;
  }
}

/** The sum of each cluster's values. */
export function clusterSums(values: Float64Array, clusters: Clusters): Float64Array {
  return Float64Array.from({ length: clusters.length }, (_, cluster) => {
    const end = cluster + 1 < clusters.length ? clusters[cluster + 1]! : values.length;
    let sum = 0;
    for (let i = clusters[cluster]!; i < end; i++) sum += values[i]!;
    return sum;
  });
}

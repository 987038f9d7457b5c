import { assertNever } from "../../../core/errors.ts";
import { permutation, rngFor } from "../../../core/rng.ts";

/** In which order an epoch visits the samples. Each is visited once. */
export type AccessOrder = { kind: "sequential" } | { kind: "shuffled" } | { kind: "strided"; stride: number };

/**
 * The sample at each position of an epoch.
 * @param samples how many there are, as shuffling needs below 2^32
 * @param seed of `shuffled`; each epoch has a permutation of its own
 */
export function epochOrder(samples: number, order: AccessOrder, seed: number, epoch: number): Uint32Array {
  switch (order.kind) {
    case "sequential":
      return Uint32Array.from({ length: samples }, (_, i) => i);
    case "shuffled":
      return permutation(samples, rngFor(seed, "shuffle", epoch));
    case "strided":
      return stridedOrder(samples, order.stride);
    default:
      return assertNever(order);
  }
}

/** 0, s, 2s, …, 1, 1+s, … */
function stridedOrder(samples: number, stride: number): Uint32Array {
  const visited = new Uint32Array(samples);
  let position = 0;
  for (let first = 0; first < Math.min(stride, samples); first++) {
    for (let sample = first; sample < samples; sample += stride) visited[position++] = sample;
  }
  return visited;
}

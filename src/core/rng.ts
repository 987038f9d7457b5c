import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A seeded source of random numbers; the same seed and stream give the same numbers on every machine. */
export interface Rng {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer in [0, n), n ≥ 1. */
  below(n: number): number;
  /** Exponential with mean 1. */
  exponential(): number;
  /** Standard normal. */
  normal(): number;
}

/**
 * One generator per (seed, stream, index): numbers for request i never depend on who asks first, so that any worker can
 * compute any request of a plan.
 * @param stream names what the numbers are for, e.g. "arrivals"
 */
export function rngFor(seed: number, stream: string, index = 0): Rng {
  const generator = xoroshiro128plus(mix(seed, stream, index));
  const uniform = () => {
    // 21 + 32 bits make the 53 of a double.
    const high = (generator.next() >>> 0) >>> 11;
    const low = generator.next() >>> 0;
    return (high * 2 ** 32 + low) / 2 ** 53;
  };
  return {
    uniform,
    below: (n) => Math.floor(uniform() * n),
    exponential: () => -Math.log1p(-uniform()),
    normal: () => Math.sqrt(-2 * Math.log1p(-uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** 32-bit seed from its parts (murmur3 finalizer over an FNV-1a hash). */
function mix(seed: number, stream: string, index: number): number {
  let hash = 0x811c9dc5;
  const feed = (byte: number) => {
    hash = Math.imul(hash ^ byte, 0x01000193);
  };
  for (let i = 0; i < stream.length; i++) feed(stream.charCodeAt(i) & 0xff);
  for (const word of [seed, Math.floor(seed / 2 ** 32), index]) {
    for (let shift = 0; shift < 32; shift += 8) feed((word >>> shift) & 0xff);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash | 0;
}

/** Fisher-Yates: the integers 0..n-1 in a seeded random order. */
export function permutation(n: number, rng: Rng): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

import { assertNever } from "../../../core/errors.ts";

/** Which reader reads what: parts of the epoch's order in one piece, every so many, or by a hash of the sample. */
export const shardings = ["contiguous", "interleaved", "hash"] as const;
export type Sharding = (typeof shardings)[number];

/**
 * What one of `readers` reads of an epoch, in its order. The shares of all readers are the epoch, without overlap.
 * By hash a reader has the same samples in every epoch; otherwise the same positions.
 */
export function shareOf(
  order: Uint32Array,
  sharding: Sharding,
  reader: number,
  readers: number,
): Uint32Array {
  switch (sharding) {
    case "contiguous":
      return order.slice(cut(order.length, reader, readers), cut(order.length, reader + 1, readers));
    case "interleaved": {
      const share = new Uint32Array(everyNth(order.length, reader, readers));
      for (let i = 0; i < share.length; i++) share[i] = order[reader + i * readers]!;
      return share;
    }
    case "hash":
      return order.filter((sample) => hashOf(sample) % readers === reader);
    default:
      return assertNever(sharding);
  }
}

/** The shares of all readers, by one look at each sample. */
export function allShares(order: Uint32Array, sharding: Sharding, readers: number): Uint32Array[] {
  if (sharding !== "hash")
    return Array.from({ length: readers }, (_, reader) => shareOf(order, sharding, reader, readers));
  const shares = shareSizes(order.length, sharding, readers).map((size) => new Uint32Array(size));
  const filled = new Uint32Array(readers);
  for (const sample of order) {
    const reader = hashOf(sample) % readers;
    shares[reader]![filled[reader]!++] = sample;
  }
  return shares;
}

/** How many samples each of `readers` has; the same in every epoch. */
export function shareSizes(samples: number, sharding: Sharding, readers: number): number[] {
  const each = (size: (reader: number) => number) =>
    Array.from({ length: readers }, (_, reader) => size(reader));
  switch (sharding) {
    case "contiguous":
      return each((reader) => cut(samples, reader + 1, readers) - cut(samples, reader, readers));
    case "interleaved":
      return each((reader) => everyNth(samples, reader, readers));
    case "hash": {
      const sizes = new Array<number>(readers).fill(0);
      for (let sample = 0; sample < samples; sample++) sizes[hashOf(sample) % readers]!++;
      return sizes;
    }
    default:
      return assertNever(sharding);
  }
}

function everyNth(samples: number, reader: number, readers: number): number {
  return Math.max(0, Math.ceil((samples - reader) / readers));
}

function cut(samples: number, part: number, parts: number): number {
  return Math.floor((samples * part) / parts);
}

/** murmur3's 32-bit finalizer: neighbouring samples go to readers that have nothing to do with one another. */
function hashOf(sample: number): number {
  let hash = sample ^ 0x9e3779b9;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

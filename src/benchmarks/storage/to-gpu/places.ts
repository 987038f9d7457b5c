/** Where the samples of microbatches lie in the readers' buffers: address and bytes of each, in memory that all threads share. */

const NUMBERS = 2;

/** The readers' buffers, in microbatches and samples. */
export interface BufferShape {
  workers: number;
  /** Microbatches that each reader has room for. */
  slots: number;
  microbatchSize: number;
}

export interface SamplePlace {
  address: number;
  bytes: number;
}

export function createPlaces({ workers, slots, microbatchSize }: BufferShape): Float64Array {
  const numbers = workers * slots * microbatchSize * NUMBERS;
  return new Float64Array(new SharedArrayBuffer(8 * numbers), 0, numbers);
}

/** Says where sample `i` of a reader's microbatch `k` lies, before the microbatch is said to be ready. */
export function setPlace(
  places: Float64Array,
  shape: Omit<BufferShape, "workers">,
  { worker, k, i }: { worker: number; k: number; i: number },
  { address, bytes }: SamplePlace,
): void {
  const at = placeAt(worker, shape, k, i);
  places[at] = address;
  places[at + 1] = bytes;
}

/** The samples of a reader's microbatch `k`. */
export function placesOf(
  places: Float64Array,
  shape: Omit<BufferShape, "workers">,
  worker: number,
  k: number,
): SamplePlace[] {
  return Array.from({ length: shape.microbatchSize }, (_, i) => {
    const at = placeAt(worker, shape, k, i);
    return { address: places[at]!, bytes: places[at + 1]! };
  });
}

function placeAt(
  worker: number,
  { slots, microbatchSize }: Omit<BufferShape, "workers">,
  k: number,
  i: number,
): number {
  return ((worker * slots + (k % slots)) * microbatchSize + i) * NUMBERS;
}

import { setPlace } from "../to-gpu/places.ts";
import { checkSample } from "./check-sample.ts";
import { type Control, SLOT } from "./control.ts";
import type { ReaderSetup, SampleSource } from "./messages.ts";

/** What loading a microbatch came to. */
export interface Loaded {
  bytes: number;
  requestedBytes: number;
  readEndAt: number;
  /** Mean over its reads of the time to the first byte, ms; NaN for samples on this machine. */
  firstByteMs: number;
}

/** The memory of sample `i` of microbatch `k`. */
export function areaOf({ memory, slots, access }: ReaderSetup, k: number, i: number): number {
  return memory!.address + ((k % slots) * access.microbatchSize + i) * memory!.areaBytes;
}

/** A microbatch that is in memory. */
export interface Read {
  /** Its number among the reader's. */
  k: number;
  samples: Uint32Array;
  /** Where in memory each sample begins. */
  places: readonly number[];
  requestedBytes: number;
  /** When its last byte was there, before anything was done with it. */
  readEndAt: number;
}

/** Counts a microbatch's samples, and compares them where that is asked for. */
export function loadedOf(
  setup: ReaderSetup,
  { dataset, verify }: SampleSource,
  { k, samples, places, requestedBytes, readEndAt }: Read,
): Loaded {
  let bytes = 0;
  for (const [i, sample] of samples.entries()) {
    bytes += dataset.bytes[sample]!;
    Atomics.add(setup.visits!, sample, 1);
    if (setup.places !== null) {
      const shape = { slots: setup.slots, microbatchSize: setup.access.microbatchSize };
      const place = { address: places[i]!, bytes: dataset.bytes[sample]! };
      setPlace(setup.places, shape, { worker: setup.worker, k, i }, place);
    }
    if (verify) checkSample(dataset, sample, places[i]!);
  }
  return { bytes, requestedBytes, readEndAt, firstByteMs: Number.NaN };
}

/** Hands microbatch `k` of so many samples to the consumer. */
export function handOver(
  control: Control,
  worker: number,
  k: number,
  samples: number,
  readStartAt: number,
  loaded: Loaded,
  readyAt: number,
): void {
  const at = control.slotAt(worker, k);
  const { figures } = control;
  figures[at + SLOT.worker] = worker;
  figures[at + SLOT.samples] = samples;
  figures[at + SLOT.bytes] = loaded.bytes;
  figures[at + SLOT.requestedBytes] = loaded.requestedBytes;
  figures[at + SLOT.readStartAt] = readStartAt;
  figures[at + SLOT.readEndAt] = loaded.readEndAt;
  figures[at + SLOT.firstByteMs] = loaded.firstByteMs;
  figures[at + SLOT.readyAt] = readyAt;
  control.setReady(worker, k);
}

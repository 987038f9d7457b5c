import type { Clock } from "../../../core/clock.ts";
import { microbatchesOf } from "../access/schedule.ts";
import { setPlace } from "../to-gpu/places.ts";
import { checkSample } from "./check-sample.ts";
import { Control, SLOT } from "./control.ts";
import type { ReaderSetup, SampleSource, Source } from "./messages.ts";
import { remoteReader } from "./remote-reader.ts";
import { sampleReader } from "./sample-reader.ts";

/**
 * A reader thread's work: its microbatches one after the other, as far as it is allowed to, until the run ends. Without a remote source
 * it never awaits anything.
 */
export async function readMicrobatches(setup: ReaderSetup, clock: Clock): Promise<void> {
  const { worker, slots, access, source } = setup;
  const control = new Control(access.workers, slots, setup.control);
  const load = loaderOf(setup, source, control);
  let k = 0;
  for (const samples of microbatchesOf(access, worker)) {
    if (!control.awaitAllowed(worker, k)) break;
    const readStartAt = clock.now();
    const loading = load(samples, k, clock);
    const loaded = loading instanceof Promise ? await loading : loading;
    if (loaded === null) break;
    const at = control.slotAt(worker, k);
    control.figures[at + SLOT.worker] = worker;
    control.figures[at + SLOT.samples] = samples.length;
    control.figures[at + SLOT.bytes] = loaded.bytes;
    control.figures[at + SLOT.requestedBytes] = loaded.requestedBytes;
    control.figures[at + SLOT.readStartAt] = readStartAt;
    control.figures[at + SLOT.readEndAt] = loaded.readEndAt;
    control.setReady(worker, k);
    k++;
  }
}

interface Loaded {
  bytes: number;
  requestedBytes: number;
  readEndAt: number;
}

/** Brings a reader's microbatch `k` into its slot; null when the run is to end. */
type Load = (samples: Uint32Array, k: number, clock: Clock) => Loaded | Promise<Loaded | null>;

function loaderOf(setup: ReaderSetup, source: Source, control: Control): Load {
  switch (source.kind) {
    case "null":
      return (_samples, _k, clock) => ({ bytes: 0, requestedBytes: 0, readEndAt: clock.now() });
    case "local":
      return localLoader(setup, source);
    case "remote":
      return remoteLoader(setup, source, control);
  }
}

function localLoader(setup: ReaderSetup, source: Source & { kind: "local" }): Load {
  const reader = sampleReader(source);
  return (samples, k, clock) => {
    const before = reader.requestedBytes;
    const places: number[] = [];
    for (const [i, sample] of samples.entries()) places.push(reader.read(sample, areaOf(setup, k, i)));
    return loadedOf(setup, source, samples, k, places, reader.requestedBytes - before, clock);
  };
}

function remoteLoader(setup: ReaderSetup, source: Source & { kind: "remote" }, control: Control): Load {
  const reader = remoteReader(source, setup.network!, control);
  return async (samples, k, clock) => {
    const before = reader.receivedBytes;
    const places: number[] = [];
    for (const [i, sample] of samples.entries()) {
      const place = await reader.read(sample, areaOf(setup, k, i));
      if (place === null) return null;
      places.push(place);
    }
    return loadedOf(setup, source, samples, k, places, reader.receivedBytes - before, clock);
  };
}

/** The memory of sample `i` of microbatch `k`. */
function areaOf({ memory, slots, access }: ReaderSetup, k: number, i: number): number {
  return memory!.address + ((k % slots) * access.microbatchSize + i) * memory!.areaBytes;
}

/** Takes the time first: comparing with checksums is no part of loading. */
function loadedOf(
  setup: ReaderSetup,
  { dataset, verify }: SampleSource,
  samples: Uint32Array,
  k: number,
  places: readonly number[],
  requestedBytes: number,
  clock: Clock,
): Loaded {
  const readEndAt = clock.now();
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
  return { bytes, requestedBytes, readEndAt };
}

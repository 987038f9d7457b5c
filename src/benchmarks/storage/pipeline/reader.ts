import { crc32 } from "node:zlib";
import type { Clock } from "../../../core/clock.ts";
import { ToolError } from "../../../core/errors.ts";
import { memoryAt } from "../../../native/file-io.ts";
import { microbatchesOf } from "../access/schedule.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { Control, SLOT } from "./control.ts";
import type { ReaderSetup } from "./messages.ts";
import { type SampleReader, sampleReader } from "./sample-reader.ts";

/** A reader thread's work: its microbatches one after the other, as far as it is allowed to, until the run ends. */
export function readMicrobatches(setup: ReaderSetup, clock: Clock): void {
  const { worker, slots, access, source } = setup;
  const control = new Control(access.workers, slots, setup.control);
  const load = source.kind === "null" ? handOut : loader(setup, sampleReader(source), source);
  let k = 0;
  for (const samples of microbatchesOf(access, worker)) {
    if (!control.awaitAllowed(worker, k)) break;
    const readStartAt = clock.now();
    const { bytes, requestedBytes, readEndAt } = load(samples, k, clock);
    const at = control.slotAt(worker, k);
    control.figures[at + SLOT.samples] = samples.length;
    control.figures[at + SLOT.bytes] = bytes;
    control.figures[at + SLOT.requestedBytes] = requestedBytes;
    control.figures[at + SLOT.readStartAt] = readStartAt;
    control.figures[at + SLOT.readEndAt] = readEndAt;
    control.setReady(worker, k);
    k++;
  }
}

interface Loaded {
  bytes: number;
  requestedBytes: number;
  readEndAt: number;
}

type Load = (samples: Uint32Array, k: number, clock: Clock) => Loaded;

const handOut: Load = (_samples, _k, clock) => ({ bytes: 0, requestedBytes: 0, readEndAt: clock.now() });

function loader(
  setup: ReaderSetup,
  reader: SampleReader,
  { dataset, verify }: { dataset: Dataset; verify: boolean },
): Load {
  const { access, slots, visits } = setup;
  const { address, areaBytes } = setup.memory!;
  return (samples, k, clock) => {
    const before = reader.requestedBytes;
    const slot = address + (k % slots) * access.microbatchSize * areaBytes;
    const places: number[] = [];
    let bytes = 0;
    for (const [i, sample] of samples.entries()) {
      places.push(reader.read(sample, slot + i * areaBytes));
      bytes += dataset.bytes[sample]!;
    }
    const readEndAt = clock.now();
    for (const [i, sample] of samples.entries()) {
      Atomics.add(visits!, sample, 1);
      if (verify) check(dataset, sample, places[i]!);
    }
    return { bytes, requestedBytes: reader.requestedBytes - before, readEndAt };
  };
}

/** After the clock was read: comparing is no part of loading. @throws ToolError DATA_DIFFERS */
function check(dataset: Dataset, sample: number, address: number): void {
  const sum = crc32(memoryAt(address, dataset.bytes[sample]!)) >>> 0;
  if (sum === dataset.checksums![sample]) return;
  throw new ToolError(
    "DATA_DIFFERS",
    `sample ${sample} of ${dataset.files[dataset.fileOf[sample]!]} is not what was written (its CRC-32 differs)`,
    { hint: "The samples were changed, or the storage gave other bytes." },
  );
}

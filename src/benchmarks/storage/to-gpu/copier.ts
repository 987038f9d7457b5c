import type { Clock } from "../../../core/clock.ts";
import { environmentError, ToolError } from "../../../core/errors.ts";
import { formatBytes } from "../../../core/units.ts";
import { CudaError } from "../../../native/cuda/errors.ts";
import { openCudaAt } from "../../../native/cuda/open.ts";
import { allocateTouched } from "../../../native/file-io.ts";
import { Turns } from "../access/schedule.ts";
import { Control, SLOT, SLOT_NUMBERS } from "../pipeline/control.ts";
import { Leave } from "../pipeline/leave.ts";
import type { CopierSetup, GpuSetup } from "./copier-setup.ts";
import { DeviceBuffers, deviceBytesFor } from "./device-buffers.ts";
import { placesOf, type SamplePlace } from "./places.ts";

/**
 * The copier thread's work, between the readers and the consumer: pins the readers' buffers and takes the GPU's memory, then copies each
 * microbatch in turn as soon as it is read and the device has room, until the run ends; then gives everything back.
 * @param onReady told once the first could be copied
 * @throws ToolError CUDA, exit 4, before that; COPY_FAILED, DATA_DIFFERS after
 */
export function copyMicrobatches(
  setup: CopierSetup,
  clock: Clock,
  onReady: (figures: GpuSetup) => void,
): void {
  const { buffers, figures } = prepare(setup, clock);
  try {
    onReady(figures);
    copyInTurn(setup, buffers, clock);
  } catch (error) {
    if (!(error instanceof CudaError)) throw error;
    const { name } = setup.target;
    throw new ToolError("COPY_FAILED", `copying to ${name} failed: ${error.message}`, {
      hint: `What was measured until then is kept. ${error.advice}`,
    });
  } finally {
    buffers.release();
  }
}

function prepare(setup: CopierSetup, clock: Clock): { buffers: DeviceBuffers; figures: GpuSetup } {
  const { target, memory } = setup;
  let what = "the GPU cannot be used";
  let adviceOf = (error: CudaError) => error.advice;
  let buffers: DeviceBuffers | null = null;
  try {
    const startedAt = clock.now();
    const opening = openCudaAt(target.library);
    if (!opening.ok) throw environmentError("CUDA", opening.reason, opening.advice);
    buffers = new DeviceBuffers(opening.cuda, target.ordinal, setup);
    const contextAt = clock.now();
    what = `${formatBytes(memory.bytes)} of the readers' buffers cannot be pinned`;
    adviceOf = () =>
      "Take fewer readers (--num-workers) or less prefetching (--prefetch-depth); in a container, look at its memory limit.";
    buffers.pin(memory.address, memory.bytes);
    const pinnedAt = clock.now();
    const deviceBytes = deviceBytesFor(setup);
    what = `${formatBytes(deviceBytes)} of its memory cannot be had, for the microbatches of ${setup.slots === setup.plan.microbatchesPerStep ? "a step" : "two steps"}`;
    adviceOf = ({ advice }) => `Take smaller steps (--gbs). ${advice}`;
    buffers.allocate();
    const figures = {
      contextMs: contextAt - startedAt,
      pinnedBytes: memory.bytes,
      pinMs: pinnedAt - contextAt,
      deviceBytes,
      allocateMs: clock.now() - pinnedAt,
    };
    return { buffers, figures };
  } catch (error) {
    buffers?.release();
    if (!(error instanceof CudaError)) throw error;
    throw environmentError("CUDA", `${target.name}: ${what}: ${error.message}`, adviceOf(error));
  }
}

/** A microbatch on its way. */
interface Copy {
  /** Its number in the run. */
  k: number;
  /** Whose it is, and its number there. */
  worker: number;
  own: number;
  samples: SamplePlace[];
  begunAt: number;
}

function copyInTurn(setup: CopierSetup, buffers: DeviceBuffers, clock: Clock): void {
  const { shares, microbatchSize, verify, largestSampleBytes } = setup;
  const { count } = setup.leave;
  const readers = new Control(setup.readers.control);
  const consumer = new Control(setup.control);
  const leave = new Leave(consumer, setup.leave);
  const shape = { slots: setup.readers.slots, microbatchSize };
  const turns = new Turns(shares);
  const draw = () => {
    const worker = turns.next();
    return { worker, own: turns.given[worker]! - 1 };
  };
  const begin = (i: number, k: number, { worker, own }: ReturnType<typeof draw>): Copy => {
    const samples = placesOf(setup.places, shape, worker, own);
    const begunAt = clock.now();
    buffers.begin(i, k % setup.slots, samples);
    return { k, worker, own, samples, begunAt };
  };
  const scratch = verify ? allocateTouched(Math.max(1, largestSampleBytes)) : null;
  try {
    let next = draw();
    for (let k = 0; k < count; ) {
      // Its place on the device is free; the first time: the run begins.
      if (!leave.await(k)) return;
      readers.ask(k + 1);
      if (!readers.take(next.worker, next.own)) return;
      const copies: Copy[] = [];
      do {
        copies.push(begin(copies.length, k++, next));
        next = draw();
      } while (
        copies.length < buffers.copiesUnderWay &&
        k < count &&
        leave.has(k) &&
        readers.isReady(next.worker, next.own)
      );
      for (const [i, copy] of copies.entries()) {
        const copyMs = buffers.finish(i);
        const copyEndAt = clock.now();
        if (scratch !== null) buffers.verify(copy.k % setup.slots, copy.samples, scratch);
        const from = readers.slotAt(copy.worker, copy.own);
        const to = consumer.slotAt(0, copy.k);
        for (let n = 0; n < SLOT_NUMBERS; n++) consumer.figures[to + n] = readers.figures[from + n]!;
        consumer.figures[to + SLOT.copyStartAt] = copy.begunAt;
        consumer.figures[to + SLOT.copyEndAt] = copyEndAt;
        consumer.figures[to + SLOT.copyMs] = copyMs;
        consumer.figures[to + SLOT.readyAt] = clock.now();
        consumer.setReady(0, copy.k);
        // As if it were asked for only now: those in front of it are copied, and their buffers are free.
        readers.ask(copy.k + 1);
      }
    }
  } finally {
    scratch?.free();
  }
}

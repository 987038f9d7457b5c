import { type AccessPlan, sharesOf } from "../access/schedule.ts";
import { largestSample } from "../dataset/dataset.ts";
import { Control } from "../pipeline/control.ts";
import type { ConsumerSetup, SampleSource, StepPlan } from "../pipeline/messages.ts";
import type { CopierSetup, GpuTarget } from "./copier-setup.ts";
import { createPlaces } from "./places.ts";

/** The stage between readers and consumer where microbatches go to a GPU. */
export interface CopyStage {
  /** Between the copier and the consumer. */
  control: Control;
  /** Where readers say where samples are. */
  places: Float64Array;
  copier: CopierSetup;
  consumer: ConsumerSetup;
}

/**
 * The device has room for two steps: one computes, the next one is copied meanwhile. Without prefetching for one.
 * @param readers between the readers and the copier
 * @param memory of all readers' buffers
 */
export function copyStage(
  { access, source, steps }: { access: AccessPlan; source: SampleSource; steps: StepPlan },
  target: GpuTarget,
  readers: Control,
  memory: { address: number; bytes: number },
): CopyStage {
  const { microbatchSize } = access;
  const slots = (steps.prefetchDepth === 0 ? 1 : 2) * steps.microbatchesPerStep;
  const control = new Control(1, slots);
  const places = createPlaces({ workers: readers.workers, slots: readers.slots, microbatchSize });
  return {
    control,
    places,
    copier: {
      role: "copier",
      readers: { control: readers.memory, slots: readers.slots },
      control: control.memory,
      slots,
      shares: sharesOf(access),
      plan: steps,
      microbatchSize,
      largestSampleBytes: largestSample(source.dataset),
      memory,
      places,
      target,
      verify: source.verify,
    },
    consumer: {
      role: "consumer",
      control: control.memory,
      slots,
      shares: [1],
      plan: steps,
      aheadByStep: true,
    },
  };
}

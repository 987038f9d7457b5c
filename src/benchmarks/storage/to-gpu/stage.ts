import { type AccessPlan, sharesOf } from "../access/schedule.ts";
import { largestSample } from "../dataset/dataset.ts";
import { Control, figureSlots } from "../pipeline/control.ts";
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
 * @param readers what is between the readers and the copier, and the microbatches that each reader has room for
 * @param memory of all readers' buffers
 */
export function copyStage(
  { access, source, steps }: { access: AccessPlan; source: SampleSource; steps: StepPlan },
  target: GpuTarget,
  readers: { control: Control; slots: number },
  memory: { address: number; bytes: number },
): CopyStage {
  const { microbatchSize, workers } = access;
  const { microbatchesPerStep, warmupSteps, prefetchDepth } = steps;
  const ahead = prefetchDepth === 0 ? 0 : microbatchesPerStep;
  const control = Control.create(1, figureSlots(microbatchesPerStep, ahead));
  const places = createPlaces({ workers, slots: readers.slots, microbatchSize });
  return {
    control,
    places,
    copier: {
      role: "copier",
      readers: { control: readers.control.shared, slots: readers.slots },
      control: control.shared,
      leave: {
        worker: 0,
        shares: [1],
        count: (warmupSteps + steps.steps) * microbatchesPerStep,
        ahead,
      },
      slots: microbatchesPerStep + ahead,
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
      control: control.shared,
      shares: [1],
      plan: steps,
    },
  };
}

import { sum } from "../../analysis/sum.ts";
import { type AccessPlan, microbatchesInTurn } from "./access/schedule.ts";
import type { Dataset } from "./dataset/dataset.ts";
import type { StepPlan } from "./pipeline/messages.ts";

/** How unevenly reads fall on the files (shards): with few shards, or an order that follows them, a step may hang on one of them. */
export interface HotSpots {
  files: number;
  /** What the most-read file would have if every sample were read as often as every other: its share of the samples. */
  evenShare: number;
  /** The most-read file's share of the samples of all counted steps. */
  runShare: number;
  /** Its name. */
  file: string;
  /** The largest share that one file has of a step's samples: mean over the steps, and the largest. */
  stepShareMean: number;
  stepShareMax: number;
}

/**
 * Follows the plan, which says exactly what was read.
 * @param accesses of each rank
 * @param steps that were done, warm-up left out
 */
export function hotSpotsOf(
  dataset: Dataset,
  accesses: readonly AccessPlan[],
  plan: StepPlan,
  steps: number,
): HotSpots | null {
  if (steps === 0) return null;
  const ranks = microbatchesInTurn(accesses);
  const inRun = new Float64Array(dataset.files.length);
  const shares: number[] = [];
  for (let step = -plan.warmupSteps; step < steps; step++) {
    const inStep = new Map<number, number>();
    let samples = 0;
    for (const microbatches of ranks) {
      for (let i = 0; i < plan.microbatchesPerStep; i++) {
        for (const sample of microbatches.next().value!) {
          const file = dataset.fileOf[sample]!;
          inStep.set(file, (inStep.get(file) ?? 0) + 1);
          samples++;
        }
      }
    }
    if (step < 0) continue;
    for (const [file, count] of inStep) inRun[file]! += count;
    shares.push(largestOf(inStep.values()) / samples);
  }
  const total = sum(inRun);
  const hottest = inRun.indexOf(largestOf(inRun));
  return {
    files: dataset.files.length,
    evenShare: samplesIn(dataset, hottest) / dataset.fileOf.length,
    runShare: inRun[hottest]! / total,
    file: dataset.files[hottest]!.slice(dataset.root.length + 1),
    stepShareMean: sum(shares) / shares.length,
    stepShareMax: largestOf(shares),
  };
}

function samplesIn({ fileOf }: Dataset, file: number): number {
  return fileOf.reduce((count, other) => count + (other === file ? 1 : 0), 0);
}

/** Of any number of values, which a spread argument list could not take. */
function largestOf(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) if (value > largest) largest = value;
  return largest;
}

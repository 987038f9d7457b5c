import { GrowingFloats } from "../../core/growing-floats.ts";
import { loadMsOf, type MicrobatchRow, type StepRow } from "./pipeline/rows.ts";

/** The columns of Measurements, by name. */
export const COLUMNS = [
  "reader",
  "readStartAt",
  "readEndAt",
  "microbatchLoadMs",
  "microbatchCopyMs",
  "microbatchWaitMs",
  "stepLoadMs",
  "stepMs",
  "computeAskedMs",
  "computeMs",
  "firstByteMs",
] as const;

/** What a run measured, column by column: counted steps only, but for the totals. Instants and times in ms. */
export class Measurements {
  /** Who loaded a microbatch: over all ranks, where there are several. */
  readonly reader = new GrowingFloats();
  readonly readStartAt = new GrowingFloats();
  readonly readEndAt = new GrowingFloats();
  readonly microbatchLoadMs = new GrowingFloats();
  /** By the GPU's clock; empty without one. */
  readonly microbatchCopyMs = new GrowingFloats();
  readonly microbatchWaitMs = new GrowingFloats();
  readonly stepLoadMs = new GrowingFloats();
  readonly stepMs = new GrowingFloats();
  readonly computeAskedMs = new GrowingFloats();
  readonly computeMs = new GrowingFloats();
  /** Of reads from a store: each one's time until its first byte came. */
  readonly firstByteMs = new GrowingFloats();
  samples = 0;
  bytes = 0;
  startAt: number | null = null;
  endAt: number | null = null;
  warmupSteps = 0;
  /** Warm-up included. */
  readonly total = { samples: 0, bytes: 0, requestedBytes: 0 };

  add(microbatches: readonly MicrobatchRow[], steps: readonly StepRow[]): void {
    for (const row of microbatches) {
      this.total.samples += row.samples;
      this.total.bytes += row.bytes;
      this.total.requestedBytes += row.requestedBytes;
      if (row.step < 0) continue;
      this.reader.push(row.worker);
      this.readStartAt.push(row.readStartAt);
      this.readEndAt.push(row.readEndAt);
      this.microbatchLoadMs.push(loadMsOf(row));
      if (!Number.isNaN(row.copyMs)) this.microbatchCopyMs.push(row.copyMs);
      this.microbatchWaitMs.push(row.gotAt - row.askedAt);
    }
    for (const row of steps) {
      if (row.step < 0) {
        this.warmupSteps++;
        continue;
      }
      this.startAt ??= row.askedAt;
      this.endAt = row.computeEndAt;
      this.samples += row.samples;
      this.bytes += row.bytes;
      this.stepLoadMs.push(row.loadedAt - row.askedAt);
      this.stepMs.push(row.computeEndAt - row.askedAt);
      this.computeMs.push(row.computeEndAt - row.loadedAt);
      this.computeAskedMs.push(row.computeMs);
    }
  }

  addFirstBytes(ms: Float64Array): void {
    for (const one of ms) this.firstByteMs.push(one);
  }

  get steps(): number {
    return this.stepMs.length;
  }
}

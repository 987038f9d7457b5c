import type { Timed } from "../../core/due-heap.ts";
import type { Timeline } from "../../core/timeline.ts";
import {
  BatchingModel,
  type BatchingParams,
  type ModelSequence,
  modelSequence,
  type Step,
} from "./batching-model.ts";
import type { Engine, EngineState, SequenceSpec, Ticket, TokenSink } from "./engine.ts";
import type { FreezeWindows } from "./freeze.ts";
import { type Jitter, jitterFor } from "./jitter.ts";

export interface BatchingEngineOptions extends BatchingParams {
  readonly jitter: number;
  readonly seed: number;
}

/**
 * Drives the batching model on the clock. Each step begins at the planned end of the one before, not when that end was
 * noticed, so that a late event loop delays tokens but never shifts the model. A frozen engine does no work: the step in
 * flight takes longer by what is left of the freeze, and nothing bursts afterwards.
 */
export class BatchingEngine implements Engine, Timed {
  private readonly model: BatchingModel;
  private readonly capacityTokens: number;
  private readonly timeline: Timeline;
  private readonly freezes: FreezeWindows;
  private readonly jitter: Jitter;
  private readonly sinks = new Map<ModelSequence, TokenSink>();
  private step: Step | null = null;
  /** End of the step in flight; while none is, the instant at which something that rests goes on. */
  private dueMs = Number.POSITIVE_INFINITY;

  constructor(options: BatchingEngineOptions, timeline: Timeline, freezes: FreezeWindows) {
    this.model = new BatchingModel(options);
    this.capacityTokens = options.kvTokens;
    this.timeline = timeline;
    this.freezes = freezes;
    this.jitter = jitterFor(options.jitter, options.seed, "step-jitter");
  }

  submit(spec: SequenceSpec, sink: TokenSink): Ticket {
    this.freezes.anchor(spec.receivedAtMs);
    // Even an empty prompt costs one token: a model cannot start from nothing.
    const sequence = modelSequence(
      Math.max(1, spec.promptTokens),
      spec.outputTokens,
      spec.receivedAtMs,
      spec,
    );
    this.model.add(sequence);
    this.sinks.set(sequence, sink);
    if (this.step === null) this.begin(spec.receivedAtMs);
    return new BatchingTicket(sequence, () => {
      this.model.remove(sequence);
      // The room that it leaves may be what the others rest for.
      if (this.sinks.delete(sequence) && this.step === null) this.begin(this.timeline.nowMs());
    });
  }

  state(): EngineState {
    const { waiting, cacheTokens, preemptions } = this.model;
    return {
      running: this.model.running.length,
      waiting: waiting.length,
      cacheTokens,
      cacheCapacityTokens: this.capacityTokens,
      preemptions,
    };
  }

  /** Ends the step in flight, or goes on after a rest. */
  fire(nowMs: number): number {
    if (nowMs < this.dueMs) return Number.POSITIVE_INFINITY;
    const endMs = this.dueMs;
    if (this.step !== null) this.hand(this.step, endMs);
    this.step = null;
    this.begin(endMs);
    return Number.POSITIVE_INFINITY;
  }

  private begin(wantedMs: number): void {
    const startMs = this.freezes.thaw(wantedMs);
    this.step = this.model.begin(startMs);
    if (this.step === null) {
      this.dueMs = this.model.nextWakeMs(startMs);
    } else {
      for (const sequence of this.step.admitted) {
        if (sequence.preemptions === 0) this.sinks.get(sequence)?.admitted(startMs);
      }
      this.dueMs = this.freezes.finishOf(startMs, this.step.durationMs * this.jitter());
    }
    if (this.dueMs !== Number.POSITIVE_INFINITY) this.timeline.at(this.dueMs, this);
  }

  private hand(step: Step, endMs: number): void {
    const { emitted, finished } = this.model.complete(step, endMs);
    for (const sequence of emitted) {
      const sink = this.sinks.get(sequence)!;
      // Read for each: writing a large batch takes milliseconds.
      const nowMs = this.timeline.nowMs();
      const goOn = sink.token(endMs, nowMs);
      sink.flush(nowMs);
      if (!goOn) {
        this.model.remove(sequence);
        this.sinks.delete(sequence);
      }
    }
    for (const sequence of finished) this.sinks.delete(sequence);
  }
}

class BatchingTicket implements Ticket {
  /** Depends on requests that are still to come. */
  readonly firstTokenAtMs = null;
  private readonly sequence: ModelSequence;
  readonly abort: () => void;

  constructor(sequence: ModelSequence, abort: () => void) {
    this.sequence = sequence;
    this.abort = abort;
  }

  get preemptions(): number {
    return this.sequence.preemptions;
  }
}

import type { Stall } from "./engine.ts";

export interface BatchingParams {
  /** Most sequences that run at once. */
  readonly maxNumSeqs: number;
  /** Most tokens of one step, prefill and decode together; a longer prompt is prefilled in several steps. */
  readonly maxBatchedTokens: number;
  readonly prefillTokensPerS: number;
  readonly stepBaseMs: number;
  readonly stepPerSeqMs: number;
  /** Tokens that fit into the KV cache. */
  readonly kvTokens: number;
}

/** One request inside the model. */
export interface ModelSequence {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly arrivedAtMs: number;
  readonly stall: Stall | null;
  /** Tokens generated so far. */
  generated: number;
  /** Tokens in the cache, those of the step in flight included. */
  held: number;
  /** No work is done for it before this instant. */
  resumeAtMs: number;
  /** How often it lost its cache. */
  preemptions: number;
  state: "waiting" | "running" | "gone";
}

export interface Step {
  readonly durationMs: number;
  /** Sequences that the step works on. */
  readonly batch: readonly ModelSequence[];
  readonly admitted: readonly ModelSequence[];
  readonly preempted: readonly ModelSequence[];
}

/** What a step gave at its end. */
export interface StepOutcome {
  /** Sequences that got one token. */
  readonly emitted: readonly ModelSequence[];
  /** Those of them that are complete. */
  readonly finished: readonly ModelSequence[];
}

/** A request as the model takes it. @param arrivedAtMs no step that begins before sees it */
export function modelSequence(
  promptTokens: number,
  outputTokens: number,
  arrivedAtMs = 0,
  more: { cachedTokens?: number; stall?: Stall | null } = {},
): ModelSequence {
  const { cachedTokens = 0, stall = null } = more;
  const resumeAtMs = stall?.afterTokens === 0 ? arrivedAtMs + stall.forMs : arrivedAtMs;
  const fresh = { generated: 0, held: 0, resumeAtMs, preemptions: 0, state: "waiting" as const };
  return { promptTokens, outputTokens, arrivedAtMs, cachedTokens, stall, ...fresh };
}

/**
 * Continuous batching as vLLM's V1 scheduler does it (vllm/v1/core/sched/scheduler.py), without clocks. A step first
 * serves what runs, in order of admission, then admits from the queue, first come first served. A sequence whose known
 * tokens are all computed gets its next token at the step's end. When the cache is full, the newest running sequence
 * loses its cache, goes to the head of the queue and computes its prompt and generated tokens again.
 *
 * A step takes `stepBaseMs + stepPerSeqMs × sequences in it + its prefill tokens / prefillTokensPerS`.
 */
export class BatchingModel {
  readonly waiting: ModelSequence[] = [];
  readonly running: ModelSequence[] = [];
  /** Tokens in the cache. */
  cacheTokens = 0;
  preemptions = 0;
  private readonly params: BatchingParams;

  constructor(params: BatchingParams) {
    this.params = params;
  }

  /** The sequence must fit into the cache alone: prompt + output ≤ kvTokens, or it could never end. */
  add(sequence: ModelSequence): void {
    this.waiting.push(sequence);
  }

  /** Takes a sequence out at once, also out of the step in flight. */
  remove(sequence: ModelSequence): void {
    if (sequence.state === "gone") return;
    const list = sequence.state === "running" ? this.running : this.waiting;
    list.splice(list.indexOf(sequence), 1);
    this.release(sequence);
    sequence.state = "gone";
  }

  /** Decides the step that begins at `nowMs`; null when there is nothing to do at that instant. */
  begin(nowMs: number): Step | null {
    const batch: ModelSequence[] = [];
    const preempted: ModelSequence[] = [];
    let budget = this.params.maxBatchedTokens;
    let prefillTokens = 0;
    const schedule = (sequence: ModelSequence, tokens: number) => {
      if (!isDecode(sequence)) prefillTokens += tokens;
      sequence.held += tokens;
      this.cacheTokens += tokens;
      budget -= tokens;
      batch.push(sequence);
    };
    for (let i = 0; i < this.running.length && budget > 0; i++) {
      const sequence = this.running[i]!;
      if (sequence.resumeAtMs > nowMs) continue;
      const tokens = Math.min(knownTokens(sequence) - sequence.held, budget);
      while (this.cacheTokens + tokens > this.params.kvTokens && sequence.state === "running") {
        preempted.push(this.preemptNewest());
      }
      if (sequence.state === "running") schedule(sequence, tokens);
    }
    const admitted = preempted.length > 0 ? [] : this.admit(nowMs, () => budget, schedule);
    if (batch.length === 0) return null;
    const { stepBaseMs, stepPerSeqMs, prefillTokensPerS } = this.params;
    const durationMs = stepBaseMs + stepPerSeqMs * batch.length + (1000 * prefillTokens) / prefillTokensPerS;
    return { durationMs, batch, admitted, preempted };
  }

  /** Ends the step: every sequence in it whose known tokens are computed gets one more. */
  complete(step: Step, endMs: number): StepOutcome {
    const emitted: ModelSequence[] = [];
    const finished: ModelSequence[] = [];
    for (const sequence of step.batch) {
      if (sequence.state !== "running" || sequence.held < knownTokens(sequence)) continue;
      sequence.generated++;
      emitted.push(sequence);
      if (sequence.generated === sequence.outputTokens) {
        finished.push(sequence);
        this.remove(sequence);
      } else if (sequence.generated === sequence.stall?.afterTokens) {
        sequence.resumeAtMs = endMs + sequence.stall.forMs;
      }
    }
    return { emitted, finished };
  }

  /** One whole step that begins at `nowMs`; null when there is nothing to do. */
  step(nowMs: number): (Step & StepOutcome) | null {
    const step = this.begin(nowMs);
    return step === null ? null : { ...step, ...this.complete(step, nowMs + step.durationMs) };
  }

  /** The earliest instant after `nowMs` at which something that rests now can go on; Infinity if nothing rests. */
  nextWakeMs(nowMs: number): number {
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const { resumeAtMs } of [...this.running, ...this.waiting]) {
      if (resumeAtMs > nowMs && resumeAtMs < earliestMs) earliestMs = resumeAtMs;
    }
    return earliestMs;
  }

  private admit(
    nowMs: number,
    budget: () => number,
    schedule: (sequence: ModelSequence, tokens: number) => void,
  ): ModelSequence[] {
    const admitted: ModelSequence[] = [];
    while (this.running.length < this.params.maxNumSeqs && budget() > 0) {
      // First come first served, except that a stalled request does not block those behind it.
      const at = this.waiting.findIndex(({ resumeAtMs }) => resumeAtMs <= nowMs);
      const sequence = this.waiting[at];
      if (sequence === undefined) break;
      const cached = Math.min(sequence.cachedTokens, knownTokens(sequence) - 1);
      const tokens = Math.min(knownTokens(sequence) - cached, budget());
      if (this.cacheTokens + cached + tokens > this.params.kvTokens) break;
      this.waiting.splice(at, 1);
      this.running.push(sequence);
      sequence.state = "running";
      sequence.held = cached;
      this.cacheTokens += cached;
      schedule(sequence, tokens);
      admitted.push(sequence);
    }
    return admitted;
  }

  private preemptNewest(): ModelSequence {
    const victim = this.running.pop()!;
    this.release(victim);
    victim.state = "waiting";
    victim.preemptions++;
    this.waiting.unshift(victim);
    this.preemptions++;
    return victim;
  }

  private release(sequence: ModelSequence): void {
    this.cacheTokens -= sequence.held;
    sequence.held = 0;
  }
}

/** Prompt and generated tokens: what must be in the cache before the next token can be made. */
function knownTokens(sequence: ModelSequence): number {
  return sequence.promptTokens + sequence.generated;
}

function isDecode(sequence: ModelSequence): boolean {
  return sequence.generated > 0 && sequence.held === knownTokens(sequence) - 1;
}

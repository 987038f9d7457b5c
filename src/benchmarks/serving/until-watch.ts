import { nextLook } from "../../analysis/sequential.ts";
import type { RequestRecord } from "./record.ts";
import type { UntilCondition, UntilOutcome } from "./until.ts";
import { type UntilSample, untilSampleOf } from "./until-rule.ts";

/** To the thread: the conditions, then samples, then `finish`. It answers each but the first. */
export type UntilMessage =
  | { type: "conditions"; conditions: readonly UntilCondition[] }
  | { type: "samples"; samples: readonly UntilSample[] }
  | { type: "finish" };

export interface UntilAnswer {
  outcomes: readonly UntilOutcome[];
  isReached: boolean;
  isFinal: boolean;
}

export interface UntilThread {
  postMessage(message: UntilMessage): void;
  onmessage: ((event: MessageEvent<UntilAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  /** Keeps the process until the thread has answered; without it the thread holds nothing up. */
  ref(): void;
  terminate(): void;
}

/** Samples are handed over so many at a time: copying them takes 0.2 to 0.3 ms, those of pooled metrics included (p99). */
const BATCH = 64;

/**
 * Watches a run for its `--until` conditions. The looks are made by a thread of their own (until-worker.ts): they take milliseconds,
 * which the thread that sends cannot spare.
 */
export class UntilWatch {
  /** Aborted when the conditions hold: enough is known. */
  readonly enough: AbortSignal;
  /** How the conditions stood at the last look. */
  latest: readonly UntilOutcome[] = [];
  readonly #conditions: readonly UntilCondition[];
  readonly #thread: UntilThread;
  #waiting: UntilSample[] = [];
  #handedOver = 0;
  #lookAt = nextLook(0);
  readonly #ended: Promise<void>;

  constructor(conditions: readonly UntilCondition[], thread: UntilThread) {
    this.#conditions = conditions;
    this.#thread = thread;
    const enough = new AbortController();
    this.enough = enough.signal;
    this.#ended = new Promise((resolve) => {
      thread.onmessage = ({ data: { outcomes, isReached, isFinal } }) => {
        this.latest = outcomes;
        if (isReached) enough.abort();
        if (isFinal) resolve();
      };
      // A run is worth more than its watch: it goes on, and its conditions stay as they were last seen.
      thread.onerror = () => resolve();
    });
    thread.postMessage({ type: "conditions", conditions });
  }

  /** Takes in a finished request. */
  add(record: RequestRecord): void {
    if (this.enough.aborted) return;
    const sample = untilSampleOf(record, this.#conditions);
    if (sample === null) return;
    this.#waiting.push(sample);
    const count = this.#handedOver + this.#waiting.length;
    if (this.#waiting.length >= BATCH || count >= this.#lookAt) this.#handOver();
  }

  /** A last look at all that came, and the end of the thread. @returns how each condition stood when the run stopped */
  async finish(): Promise<readonly UntilOutcome[]> {
    this.#handOver();
    this.#thread.ref();
    this.#thread.postMessage({ type: "finish" });
    await this.#ended;
    this.close();
    return this.latest;
  }

  /** Ends the thread, whatever it knows. */
  close(): void {
    this.#thread.terminate();
  }

  #handOver(): void {
    if (this.#waiting.length > 0) this.#thread.postMessage({ type: "samples", samples: this.#waiting });
    this.#handedOver += this.#waiting.length;
    if (this.#handedOver >= this.#lookAt) this.#lookAt = nextLook(this.#handedOver);
    this.#waiting = [];
  }
}

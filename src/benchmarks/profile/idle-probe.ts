import type { Clock } from "../../core/clock.ts";
import { sleepMs } from "../../core/wait.ts";
import { Deadlines } from "../serving/client/deadlines.ts";
import { HttpClient, type TargetOptions } from "../serving/client/http-client.ts";
import { ttftMs } from "../serving/metrics.ts";
import type { RequestSettings } from "../serving/plan.ts";
import type { Failure, FailureClass } from "../serving/record.ts";
import { BASELINE_PROBES, type IdleCheck, isAsIdle, isGone, PROBE_EVERY_MS } from "./idle.ts";

/** Enough for any server to say one token. */
const PROBE_TOKENS = 4;
const PROBE_PROMPT = "Hello";
/** A probe that takes longer than this is given up: the server is busy. */
const PROBE_TIMEOUT_MS = 30_000;

/** What a probe came to: TTFT, or the time to the whole of an answer that is no stream. */
type Probed = { ttftMs: number; failure: null } | { ttftMs: null; failure: FailureClass };

/** What the idle server answers in; or why it does not. */
export type Baseline = { ttftMs: number; failure: null } | { ttftMs: null; failure: Failure };

/** Asks a server small things, one at a time, to see whether it is busy. */
export class IdleProbe {
  readonly #client: HttpClient;
  readonly #deadlines: Deadlines;
  readonly #target: TargetOptions;
  readonly #settings: RequestSettings;
  readonly #clock: Clock;

  constructor(target: TargetOptions, settings: RequestSettings, clock: Clock) {
    const limits = {
      firstTokenMs: PROBE_TIMEOUT_MS,
      betweenChunksMs: PROBE_TIMEOUT_MS,
      totalMs: PROBE_TIMEOUT_MS,
    };
    this.#deadlines = new Deadlines(limits, clock);
    this.#client = new HttpClient(target, clock, this.#deadlines);
    this.#target = target;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** TTFT of the idle server: the median of a few probes; else the failure of the first one that failed, or was interrupted. */
  async baseline(interrupt: AbortSignal): Promise<Baseline> {
    const ttfts: number[] = [];
    for (let i = 0; i < BASELINE_PROBES; i++) {
      const { ttftMs, failure } = await this.#send(interrupt);
      if (ttftMs === null) return { ttftMs, failure };
      ttfts.push(ttftMs);
    }
    return { ttftMs: ttfts.sort((a, b) => a - b)[Math.floor(BASELINE_PROBES / 2)]!, failure: null };
  }

  /** Probes until the server answers as fast as it did when idle, for so long at the most. */
  async untilIdle(baselineTtftMs: number, timeoutMs: number, interrupt: AbortSignal): Promise<IdleCheck> {
    const startedAt = this.#clock.now();
    for (let probes = 1; ; probes++) {
      const probed = await this.#probe(interrupt);
      const waitedMs = this.#clock.now() - startedAt;
      const isIdle = isAsIdle(probed.ttftMs, baselineTtftMs);
      if (isIdle || waitedMs >= timeoutMs || interrupt.aborted)
        return { isIdle, probes, waitedMs, ...probed, baselineTtftMs };
      await sleepMs(Math.min(PROBE_EVERY_MS, timeoutMs - waitedMs), interrupt);
    }
  }

  /** Whether no probe finds a server, for so long. */
  async isGone(forMs: number, interrupt: AbortSignal): Promise<boolean> {
    const startedAt = this.#clock.now();
    for (;;) {
      if (!isGone(await this.#probe(interrupt))) return false;
      const leftMs = forMs - (this.#clock.now() - startedAt);
      if (leftMs <= 0) return true;
      await sleepMs(Math.min(PROBE_EVERY_MS, leftMs), interrupt);
    }
  }

  async #probe(interrupt: AbortSignal): Promise<Probed> {
    const { ttftMs, failure } = await this.#send(interrupt);
    return ttftMs === null ? { ttftMs, failure: failure.class } : { ttftMs, failure };
  }

  async #send(interrupt: AbortSignal): Promise<Baseline> {
    if (interrupt.aborted) return failed("aborted", "it was interrupted");
    const prompt = { text: PROBE_PROMPT, promptTokens: 1, maxTokens: PROBE_TOKENS };
    const body = this.#target.protocol.body({
      ...this.#settings,
      prompt: PROBE_PROMPT,
      maxTokens: PROBE_TOKENS,
    });
    const sending = { index: 0, stage: "warmup" as const, intendedAt: this.#clock.now(), prompt, body };
    const sent = this.#client.send(sending);
    const cut = () => this.#deadlines.abortAll("interrupted");
    interrupt.addEventListener("abort", cut, { once: true });
    const { record } = await sent;
    interrupt.removeEventListener("abort", cut);
    if (record.failure !== null) return { ttftMs: null, failure: record.failure };
    const ttft = ttftMs(record);
    // An answer without a token is no answer.
    return ttft === null ? failed("empty", "an answer without a token") : { ttftMs: ttft, failure: null };
  }
}

function failed(failureClass: FailureClass, message: string): Baseline {
  return { ttftMs: null, failure: { class: failureClass, phase: "connect", message } };
}

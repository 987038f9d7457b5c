import type { Clock } from "../../core/clock.ts";
import { sleepMs } from "../../core/wait.ts";
import { Deadlines } from "../serving/client/deadlines.ts";
import { HttpClient, type TargetOptions } from "../serving/client/http-client.ts";
import { ttftMs } from "../serving/metrics.ts";
import type { RequestSettings } from "../serving/plan.ts";
import { BASELINE_PROBES, type IdleCheck, isAsIdle, PROBE_EVERY_MS } from "./idle.ts";

/** Enough for any server to say one token. */
const PROBE_TOKENS = 4;
const PROBE_PROMPT = "Hello";
/** A probe that takes longer than this says as much as one that fails. */
const PROBE_TIMEOUT_MS = 30_000;

/** Asks a server small things, one at a time, to see whether it is busy. */
export class IdleProbe {
  readonly #client: HttpClient;
  readonly #target: TargetOptions;
  readonly #settings: RequestSettings;
  readonly #clock: Clock;

  constructor(target: TargetOptions, settings: RequestSettings, clock: Clock) {
    const limits = {
      firstTokenMs: PROBE_TIMEOUT_MS,
      betweenChunksMs: PROBE_TIMEOUT_MS,
      totalMs: PROBE_TIMEOUT_MS,
    };
    this.#client = new HttpClient(target, clock, new Deadlines(limits, clock));
    this.#target = target;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** TTFT of the idle server: the median of a few probes; null where one of them failed. */
  async baselineMs(): Promise<number | null> {
    const ttfts: number[] = [];
    for (let i = 0; i < BASELINE_PROBES; i++) {
      const ttft = await this.#ttftMs();
      if (ttft === null) return null;
      ttfts.push(ttft);
    }
    return ttfts.sort((a, b) => a - b)[Math.floor(BASELINE_PROBES / 2)]!;
  }

  /** Probes until the server answers as fast as it did when idle, for so long at the most. */
  async untilIdle(baselineTtftMs: number, timeoutMs: number, interrupt: AbortSignal): Promise<IdleCheck> {
    const startedAt = this.#clock.now();
    for (let probes = 1; ; probes++) {
      const ttft = await this.#ttftMs();
      const waitedMs = this.#clock.now() - startedAt;
      const isIdle = isAsIdle(ttft, baselineTtftMs);
      if (isIdle || waitedMs >= timeoutMs || interrupt.aborted)
        return { isIdle, probes, waitedMs, ttftMs: ttft, baselineTtftMs };
      await sleepMs(Math.min(PROBE_EVERY_MS, timeoutMs - waitedMs), interrupt);
    }
  }

  /** TTFT of one probe, or the time to the whole of an answer that is no stream; null where it failed. */
  async #ttftMs(): Promise<number | null> {
    const prompt = { text: PROBE_PROMPT, promptTokens: 1, maxTokens: PROBE_TOKENS };
    const body = this.#target.protocol.body({
      ...this.#settings,
      prompt: PROBE_PROMPT,
      maxTokens: PROBE_TOKENS,
    });
    const sending = { index: 0, stage: "warmup" as const, intendedAt: this.#clock.now(), prompt, body };
    const { record } = await this.#client.send(sending);
    return record.failure === null ? ttftMs(record) : null;
  }
}

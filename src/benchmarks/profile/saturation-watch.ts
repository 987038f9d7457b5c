import { driftTest, type TrendTest } from "../../analysis/trend.ts";
import type { Clock } from "../../core/clock.ts";
import { ttftMs } from "../serving/metrics.ts";
import type { RequestRecord } from "../serving/record.ts";
import { Stretches } from "./stretches.ts";

export type { TrendTest } from "../../analysis/trend.ts";

/** What a look found; slopes are requests, and ms of TTFT, per second. */
export interface SaturationVerdict {
  saturated: boolean;
  inFlight: TrendTest;
  ttft: TrendTest;
}

/** Both series must rise with less than this probability by chance, at one look. */
const SIGNIFICANT = 0.005;
/** The next look comes when the level has lasted by this much longer: few looks, each a chance to be wrong. */
const BETWEEN_LOOKS = 1.2;
/** Of the level's beginning, left out of the tests: there queues and batches fill at any load. */
const WARMUP_SHARE = 0.25;
/**
 * TTFT must rise by so many ms a second: requests that come d seconds later wait d (1 - 1/ρ) longer, so that this is a load of 1.02. What
 * rises slower may well be a server that goes on for hours.
 */
const LEAST_TTFT_RISE = 20;
/** Means that a test compares, at least. */
const FEWEST_POINTS = 10;

/**
 * Ends a level whose server is beyond saturation: requests in flight and TTFT both rise over its last three quarters, each tested against
 * a random walk (trend.ts), which is what a queue at a load of 1 does.
 */
export class SaturationWatch {
  /** Aborts when the level has shown enough. */
  readonly enough: AbortSignal;
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #inFlight = new Stretches();
  readonly #ttft = new Stretches();
  #sinceTick = { sumMs: 0, count: 0 };
  #startedAt: number | null = null;
  #nextLookMs: number;
  #verdict: SaturationVerdict | null = null;

  /** @param options.minDurationMs no level ends before it has lasted so long */
  constructor({ clock, minDurationMs }: { clock: Clock; minDurationMs: number }) {
    this.#clock = clock;
    this.#nextLookMs = minDurationMs;
    this.enough = this.#controller.signal;
  }

  /** Of the last look; null before the first. */
  get verdict(): SaturationVerdict | null {
    return this.#verdict;
  }

  /** Takes a finished request. */
  add(record: RequestRecord): void {
    const ms = record.stage === "run" ? ttftMs(record) : null;
    if (ms === null) return;
    this.#sinceTick.sumMs += ms;
    this.#sinceTick.count++;
  }

  /** Takes the requests in flight, in equal periods. */
  progress(inFlight: number): void {
    const now = this.#clock.now();
    this.#startedAt ??= now;
    this.#inFlight.add(inFlight, 1);
    this.#ttft.add(this.#sinceTick.sumMs, this.#sinceTick.count);
    this.#sinceTick = { sumMs: 0, count: 0 };
    const elapsedMs = now - this.#startedAt;
    if (elapsedMs < this.#nextLookMs || this.#verdict?.saturated === true) return;
    this.#nextLookMs = Math.max(elapsedMs, this.#nextLookMs * BETWEEN_LOOKS);
    this.#look(elapsedMs);
  }

  #look(elapsedMs: number): void {
    const open = this.#inFlight.means(WARMUP_SHARE, FEWEST_POINTS);
    const ttfts = this.#ttft.means(WARMUP_SHARE, FEWEST_POINTS);
    if (open === null || ttfts === null) return;
    const tickS = elapsedMs / 1000 / this.#inFlight.ticks;
    const inFlight = driftTest(open.means, tickS * open.ticks);
    const ttft = driftTest(ttfts.means, tickS * ttfts.ticks);
    const saturated =
      inFlight.pValue < SIGNIFICANT && ttft.pValue < SIGNIFICANT && ttft.slopePerS >= LEAST_TTFT_RISE;
    this.#verdict = { saturated, inFlight, ttft };
    if (saturated) this.#controller.abort();
  }
}

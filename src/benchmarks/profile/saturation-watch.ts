import { type Steadiness, steadiness } from "../../analysis/steadiness.ts";
import type { Clock } from "../../core/clock.ts";
import { ttftMs } from "../serving/metrics.ts";
import type { RequestRecord } from "../serving/record.ts";

export type TrendTest = Steadiness | null;

/** Between two looks. */
const LOOK_MS = 1000;

/** Ends a level early once requests in flight and TTFT both rise. */
export class SaturationWatch {
  readonly enough: AbortSignal;
  verdict: { saturated: boolean; inFlight: TrendTest; ttft: TrendTest } | null = null;
  readonly #controller = new AbortController();
  readonly #inFlight: number[] = [];
  readonly #ttft: { at: number; ms: number }[] = [];
  readonly #clock: Clock;
  readonly #minDurationMs: number;
  #startedAt: number | null = null;
  #lookedAt = 0;

  constructor({ clock, minDurationMs }: { clock: Clock; minDurationMs: number }) {
    this.#clock = clock;
    this.#minDurationMs = minDurationMs;
    this.enough = this.#controller.signal;
  }

  add(record: RequestRecord): void {
    const ms = ttftMs(record);
    if (ms !== null && record.sentAt !== null) this.#ttft.push({ at: record.sentAt, ms });
  }

  progress(inFlight: number): void {
    const now = this.#clock.now();
    this.#startedAt ??= now;
    this.#inFlight.push(inFlight);
    if (now - this.#startedAt < this.#minDurationMs || now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    const rises = (test: TrendTest) => test !== null && test.verdict === "drifting" && test.z > 0;
    const open = steadiness(Float64Array.from(this.#inFlight));
    const sent = this.#ttft.toSorted((a, b) => a.at - b.at);
    const ttft = steadiness(Float64Array.from(sent, ({ ms }) => ms));
    this.verdict = { saturated: rises(open) && rises(ttft), inFlight: open, ttft };
    if (this.verdict.saturated) this.#controller.abort();
  }
}

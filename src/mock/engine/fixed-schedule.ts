import type { Stall } from "./engine.ts";
import type { FreezeWindows } from "./freeze.ts";
import type { Jitter } from "./jitter.ts";

export interface FixedTimes {
  readonly ttftMs: number;
  readonly itlMs: number;
}

/**
 * The instants of one request's tokens under the `fixed` engine: start + TTFT + k × ITL, each computed from the start so
 * that nothing drifts.
 *
 * A freeze holds the tokens that fall due in it until it ends, as a server does whose network loop hangs while its GPU
 * goes on; a request that arrives in a freeze is seen only at its end, and its TTFT counts from there.
 */
export class FixedSchedule {
  private readonly times: FixedTimes;
  private readonly startMs: number;
  private readonly jitter: Jitter;
  private readonly stall: Stall | null;
  private readonly freezes: FreezeWindows;
  private index = 0;
  /** Sums of the jitter factors so far, in units of TTFT and of ITL: without jitter they are exact whole numbers. */
  private ttftFactor = 0;
  private itlFactors = 0;

  constructor(
    times: FixedTimes,
    receivedAtMs: number,
    jitter: Jitter,
    stall: Stall | null,
    freezes: FreezeWindows,
  ) {
    this.times = times;
    this.startMs = freezes.thaw(receivedAtMs);
    this.jitter = jitter;
    this.stall = stall;
    this.freezes = freezes;
  }

  /** When the server began to look at the request. */
  get admittedAtMs(): number {
    return this.startMs;
  }

  /** The planned instant of the next token, in ms on the clock; each call moves on by one token. */
  next(): number {
    if (this.index === 0) this.ttftFactor = this.jitter();
    else this.itlFactors += this.jitter();
    const stallMs = this.stall !== null && this.index >= this.stall.afterTokens ? this.stall.forMs : 0;
    this.index++;
    const sinceStartMs = this.times.ttftMs * this.ttftFactor + this.times.itlMs * this.itlFactors + stallMs;
    return this.freezes.thaw(this.startMs + sinceStartMs);
  }
}

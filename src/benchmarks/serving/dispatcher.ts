import type { Alarm } from "../../core/alarm.ts";
import type { Clock } from "../../core/clock.ts";
import { nextTurn, sleepMs, waitUntil } from "../../core/wait.ts";
import type { BodyQueue } from "./bodies.ts";
import type { Exchange, Sending } from "./client/http-client.ts";
import { isUnconnected, type RequestRecord } from "./record.ts";

/** After so many sends in a row the event loop gets a turn, so that answers are read meanwhile. */
const SENDS_A_TURN = 32;
/** Bodies are made ahead only while the next send is further away than this. */
const IDLE_MS = 2;

/**
 * A user who finds no server waits so long before the next request, and twice as long after each further failure: a closed loop would else
 * ask a server that is gone as fast as its machine can refuse.
 */
export const BACK_OFF_MS = { first: 10, most: 1000 } as const;

export interface DispatchOptions {
  stage: "warmup" | "run";
  clock: Clock;
  /** What send times are kept by. */
  alarm: Alarm;
  bodies: BodyQueue;
  /** Requests in flight at the most. */
  cap: number;
  send(sending: Sending): Promise<Exchange>;
  /** Called once for each request that fell due, when it is over. */
  onDone(exchange: Exchange): void;
  /** No further sends once aborted. */
  stop: AbortSignal;
  /** Nothing more falls due once aborted; what is due is still sent. */
  enough?: AbortSignal | undefined;
}

/** Sends requests by a schedule or as slots become free, and knows how many are where. */
export class Dispatcher {
  sent = 0;
  due = 0;
  inFlight = 0;
  /** Whether a request that was due had to wait for a slot. */
  hitCap = false;
  readonly #options: DispatchOptions;
  readonly #intendedAt: number[] = [];
  /** Aborted when nothing more falls due, for either reason. */
  readonly #over: AbortSignal;
  #whenIdle: (() => void) | null = null;

  constructor(options: DispatchOptions) {
    this.#options = options;
    const { stop, enough } = options;
    this.#over = enough === undefined ? stop : AbortSignal.any([stop, enough]);
  }

  /**
   * Open loop: request i falls due at `startAt + offsetsMs[i]`; over the cap it waits its turn, first come first served.
   * Resolves when the last one fell due, not when it is answered.
   */
  async open(startAt: number, offsetsMs: Float64Array): Promise<void> {
    const { clock, alarm, bodies } = this.#options;
    for (let i = 0; i < offsetsMs.length; i++) {
      const dueAt = startAt + offsetsMs[i]!;
      while (dueAt - clock.now() > IDLE_MS && bodies.prepareOne());
      await waitUntil(dueAt, clock, this.#over, alarm);
      if (this.#over.aborted) return;
      this.#intendedAt[this.due++] = dueAt;
      this.#sendWhatIsDue();
      if (this.due % SENDS_A_TURN === 0) await nextTurn();
    }
  }

  /** Closed loop: `users` at a time, each sending anew when answered, until the stop or `count` requests. */
  async closed(users: number, count: number, endAt: number): Promise<void> {
    const { clock, alarm } = this.#options;
    const timer = new AbortController();
    const over = AbortSignal.any([this.#over, timer.signal]);
    const user = async () => {
      let pauseMs = 0;
      while (!over.aborted && this.due < count) {
        this.#intendedAt[this.due++] = clock.now();
        const { record } = await this.#launch();
        pauseMs = isUnconnected(record) ? Math.min(2 * pauseMs || BACK_OFF_MS.first, BACK_OFF_MS.most) : 0;
        if (pauseMs > 0) await sleepMs(pauseMs, over);
      }
    };
    const everyone = async () => {
      const begun: Promise<void>[] = [];
      while (begun.length < Math.min(users, count)) {
        begun.push(user());
        if (begun.length % SENDS_A_TURN === 0) await nextTurn();
      }
      await Promise.all(begun);
    };
    const all = everyone();
    if (endAt < Number.POSITIVE_INFINITY) {
      void all.then(() => timer.abort());
      await waitUntil(endAt, clock, over, alarm);
      timer.abort();
    } else await Promise.race([all, aborted(this.#over)]);
  }

  /** Waits until nothing is in flight, for `ms` or until `cut` at the most. @returns whether nothing is */
  async drain(ms: number, cut?: AbortSignal): Promise<boolean> {
    if (this.inFlight === 0) return true;
    const idle = new AbortController();
    this.#whenIdle = () => idle.abort();
    await sleepMs(ms, cut === undefined ? idle.signal : AbortSignal.any([idle.signal, cut]));
    this.#whenIdle = null;
    return this.inFlight === 0;
  }

  /** Gives up requests that are due but were never sent. @returns their numbers and intended times */
  takeUnsent(): Pick<RequestRecord, "index" | "intendedAt">[] {
    const unsent = [];
    for (let i = this.sent; i < this.due; i++) unsent.push({ index: i, intendedAt: this.#intendedAt[i]! });
    this.sent = this.due;
    return unsent;
  }

  #sendWhatIsDue(): void {
    while (this.sent < this.due && !this.#options.stop.aborted) {
      if (this.inFlight >= this.#options.cap) {
        this.hitCap = true;
        return;
      }
      void this.#launch();
    }
  }

  async #launch(): Promise<Exchange> {
    const { bodies, send, onDone, stage } = this.#options;
    const index = this.sent++;
    this.inFlight++;
    const { prompt, body } = bodies.take();
    const exchange = await send({ index, stage, intendedAt: this.#intendedAt[index]!, prompt, body });
    this.inFlight--;
    onDone(exchange);
    this.#sendWhatIsDue();
    if (this.inFlight === 0) this.#whenIdle?.();
    return exchange;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

import { once, Timeline } from "../../core/timeline.ts";
import { TimelineAlarm } from "../../core/timeline-alarm.ts";
import { waitUntil } from "../../core/wait.ts";
import type { Exchange, Sending } from "./client/http-client.ts";
import { Dispatcher, type DispatchOptions } from "./dispatcher.ts";
import { promptTokensAfter } from "./history-tokens.ts";
import { bodyOf, type ServingPlan } from "./plan.ts";
import type { Protocol } from "./protocols/protocol.ts";
import type { RequestRecord, SessionTurn } from "./record.ts";
import { Slots } from "./slots.ts";
import { NO_SLOT, unsentRecord } from "./unsent-record.ts";
import type { Session, SessionSource } from "./workload/conversation.ts";
import type { Message } from "./workload/prompt.ts";

/**
 * Holds conversations: has the face of a Dispatcher, which it lets begin the sessions, by the schedule or as users become free.
 * Each later turn falls due its think time after the end of the answer before it. Slots are for requests: who thinks holds none.
 * A turn that failed, or whose answer has no text, ends its session; so does the end of the sending time.
 */
export class SessionDispatch {
  sent = 0;
  due = 0;
  readonly #options: DispatchOptions;
  readonly #plan: ServingPlan;
  readonly #sessions: SessionSource;
  readonly #protocol: Protocol;
  readonly #starts: Dispatcher;
  readonly #timeline: Timeline;
  readonly #alarm: TimelineAlarm;
  readonly #slots: Slots;
  /** Who thinks, to be told whether the turn falls due or the sending is over. */
  readonly #thinking = new Set<(isDue: boolean) => void>();
  /** Turns of begun sessions that may still be sent. */
  #left = 0;
  #whenAllSent: (() => void) | null = null;
  #isOver = false;
  /** No turn falls due from here on. */
  #endAt = Number.POSITIVE_INFINITY;

  constructor(options: DispatchOptions, plan: ServingPlan, sessions: SessionSource, protocol: Protocol) {
    this.#options = options;
    this.#plan = plan;
    this.#sessions = sessions;
    this.#protocol = protocol;
    this.#slots = new Slots(options.cap);
    this.#timeline = new Timeline(options.clock, options.alarm);
    this.#alarm = new TimelineAlarm(this.#timeline);
    this.#starts = new Dispatcher({
      ...options,
      alarm: this.#alarm,
      cap: Number.POSITIVE_INFINITY,
      send: (start) => this.#hold(start),
      // Each turn is reported when it is over.
      onDone() {},
    });
  }

  get inFlight(): number {
    return this.#slots.taken;
  }

  get hitCap(): boolean {
    return this.#slots.wereFull;
  }

  /** As Dispatcher.open, each offset beginning a session. Resolves when no turn is left to send, or the plan's time is over. */
  async open(startAt: number, offsetsMs: Float64Array): Promise<void> {
    const { clock, stop, enough = stop } = this.#options;
    this.#endAt = startAt + (this.#plan.stop.durationMs ?? Number.POSITIVE_INFINITY);
    await this.#starts.open(startAt, offsetsMs);
    if (this.#left > 0) {
      const allSent = new AbortController();
      this.#whenAllSent = () => allSent.abort();
      await waitUntil(this.#endAt, clock, AbortSignal.any([stop, enough, allSent.signal]), this.#alarm);
    }
    this.#end();
  }

  /** As Dispatcher.closed, each user holding one session after another. */
  async closed(users: number, count: number, endAt: number): Promise<void> {
    this.#endAt = endAt;
    await this.#starts.closed(users, count, endAt);
    this.#end();
  }

  /** Waits until no session is under way, for `ms` or until `cut` at the most. @returns whether none is */
  drain(ms: number, cut?: AbortSignal): Promise<boolean> {
    // Who waits for a slot then gets none.
    if (this.#options.stop.aborted) this.#slots.giveUp();
    return this.#starts.drain(ms, cut);
  }

  /** Gives up turns that are due but were never sent. @returns nothing: their sessions report them */
  takeUnsent(): [] {
    this.#slots.giveUp();
    return [];
  }

  /** One session from its first turn on. @returns its last exchange */
  async #hold(start: Sending): Promise<Exchange> {
    // Looked up ahead, with its first body.
    const session = start.prompt.session ?? this.#sessions.at(start.index);
    const { turns } = session;
    this.#left += turns.length;
    const messages = [...turns[0]!.messages];
    let sending: Sending = { ...start, index: session.firstIndex, place: placeOf(session, 0) };
    for (let turn = 1; ; turn++) {
      const exchange = await this.#send(sending);
      this.#options.onDone(exchange);
      const { record, answer = "" } = exchange;
      const next = turns[turn];
      const goesOn = next !== undefined && record.failure === null && answer !== "" && !this.#isStopped;
      if (goesOn) {
        messages.push({ role: "assistant", content: answer }, ...next.messages);
        // Made while the user thinks.
        sending = this.#turnAfter(sending, record, messages, session, turn);
      }
      if (!goesOn || !(await this.#think(sending.intendedAt))) {
        this.#fewerLeft(turns.length - turn);
        return exchange;
      }
    }
  }

  #turnAfter(
    last: Sending,
    answered: RequestRecord,
    messages: readonly Message[],
    session: Session,
    turn: number,
  ): Sending {
    const index = session.firstIndex + turn;
    const { promptTokens, maxTokens } = session.turns[turn]!;
    // A conversation keeps its model.
    const asked = { maxTokens, model: last.prompt.model };
    return {
      ...last,
      index,
      place: placeOf(session, turn),
      intendedAt: answered.endAt + this.#sessions.thinkMs(index),
      prompt: { promptTokens: promptTokensAfter(answered, promptTokens), ...asked },
      body: bodyOf(this.#plan, this.#protocol, { text: "", messages, ...asked }),
    };
  }

  async #send(sending: Sending): Promise<Exchange> {
    const { clock, send, stop } = this.#options;
    this.due++;
    const isSent = (!stop.aborted && this.#slots.tryTake()) || (await this.#slots.wait());
    this.#fewerLeft(1);
    if (!isSent) {
      const record = unsentRecord({ ...sending, endAt: clock.now(), failure: NO_SLOT });
      return { record, text: null };
    }
    this.sent++;
    const exchange = await send(sending);
    this.#slots.release(!stop.aborted);
    return exchange;
  }

  /** @returns true at the instant, false as soon as the sending is over */
  #think(dueAt: number): Promise<boolean> {
    if (dueAt < this.#endAt && dueAt <= this.#options.clock.now()) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.#thinking.add(resolve);
      if (dueAt >= this.#endAt) return;
      const ring = () => {
        if (!this.#isStopped && this.#thinking.delete(resolve)) resolve(true);
      };
      this.#timeline.at(dueAt, once(ring));
    });
  }

  get #isStopped(): boolean {
    return this.#isOver || this.#options.stop.aborted;
  }

  #fewerLeft(turns: number): void {
    this.#left -= turns;
    if (this.#left === 0) this.#whenAllSent?.();
  }

  #end(): void {
    this.#isOver = true;
    this.#timeline.stop();
    for (const resolve of this.#thinking) resolve(false);
    this.#thinking.clear();
  }
}

function placeOf({ number, turns }: Session, turn: number): SessionTurn {
  return { session: number, turn, turns: turns.length };
}

import type { Alarm } from "../../core/alarm.ts";
import { Channel } from "../../core/channel.ts";
import type { Clock } from "../../core/clock.ts";
import { fetchCap } from "../../core/fetch-cap.ts";
import { openFilesLimit } from "../../native/libc.ts";
import { BodyQueue } from "./bodies.ts";
import { Deadlines } from "./client/deadlines.ts";
import { type Exchange, HttpClient, type TargetOptions } from "./client/http-client.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { ServingPlan } from "./plan.ts";
import { SessionDispatch } from "./session-dispatch.ts";
import { NO_SLOT, unsentRecord } from "./unsent-record.ts";

/** Sending begins this long after the schedule was handed over, so that the first request is not late. */
const LEAD_MS = 20;
const PROGRESS_MS = 250;
/** After an interrupt, what is in flight gets this long at the most. */
const BRIEF_DRAIN_MS = 2000;
/** Warm-up requests in flight at a time where the run has no cap of its own. */
const WARMUP_CONCURRENCY = 8;
/** Slots of the fetch cap left for probes and metrics, and open files for all that is no connection. */
const SPARE_FETCHES = 16;
const SPARE_FILES = 64;

export type RunEvent =
  | { type: "stage"; stage: "warmup" | "run" | "drain" }
  | { type: "progress"; sent: number; due: number; inFlight: number }
  | { type: "done"; result: RunResult };

export interface RunResult {
  /** ms on the run's clock. */
  startAt: number;
  endAt: number;
  /** Whether requests had to wait for a slot of the cap, and which cap that was. */
  hitCap: "concurrency" | "client" | null;
  interrupted: boolean;
  /** How many processes sent, and which of them ended before their time, in a sentence each. */
  workers: { count: number; died: string[] };
}

export interface RunDeps {
  clock: Clock;
  /** What send times are kept by. */
  alarm: Alarm;
  target: TargetOptions;
  /** Called for each finished request, warm-up included. */
  onExchange(exchange: Exchange): void;
  /**
   * Called once, just before the first request of the run itself: not of the warm-up.
   * @param chunksRead how many chunks the client has read until now
   */
  onStart(chunksRead: () => number): void;
  /** All is prepared and warmed up: awaited before the first request of the run itself. */
  beforeStart?(): Promise<void>;
  /** All is prepared and warmed up: the instant that the schedule counts from; without it, that is soon. */
  begin?(): Promise<number>;
  /** Aborted by Ctrl-C. */
  interrupt: AbortSignal;
  /** Aborted when enough is known: nothing more falls due, and what is due is sent and awaited as at the plan's own end. */
  enough?: AbortSignal | undefined;
  /** Aborted as the process is about to end: `onExchange` gets what is in flight, or waits for a slot, before the abort returns. */
  halt?: AbortSignal | undefined;
}

/** Executes a plan. The last event carries the result; the records went to `onExchange`. */
export async function* runServing(plan: ServingPlan, deps: RunDeps): AsyncGenerator<RunEvent> {
  const events = new Channel<RunEvent>();
  const running = execute(plan, deps, events).finally(() => events.close());
  yield* events;
  yield { type: "done", result: await running };
}

async function execute(plan: ServingPlan, deps: RunDeps, events: Channel<RunEvent>): Promise<RunResult> {
  const { clock, alarm, interrupt } = deps;
  const deadlines = new Deadlines(plan.limits, clock);
  const client = new HttpClient(deps.target, clock, deadlines, plan.sessions !== null);
  const ownCap = clientCap(fetchCap(), openFilesLimit().soft);
  const wanted = plan.load.concurrency ?? Number.POSITIVE_INFINITY;
  const common = { clock, alarm, send: client.send.bind(client), onDone: deps.onExchange, stop: interrupt };
  const { protocol } = deps.target;
  deps.halt?.addEventListener("abort", () => {
    for (const record of client.cutOff("interrupted")) deps.onExchange({ record, text: null });
  });

  const count = plan.offsetsMs?.length ?? plan.stop.requests ?? Number.POSITIVE_INFINITY;
  const bodies = new BodyQueue(plan, protocol, plan.prompts, count);
  // Before the warm-up: what it warmed must not cool down meanwhile.
  bodies.fill();
  if (plan.warmupRequests > 0 && !interrupt.aborted) {
    events.push({ type: "stage", stage: "warmup" });
    const warmupBodies = new BodyQueue(plan, protocol, plan.warmupPrompts, plan.warmupRequests);
    const users = Math.min(plan.load.concurrency ?? WARMUP_CONCURRENCY, ownCap);
    const warmup = new Dispatcher({ ...common, stage: "warmup", bodies: warmupBodies, cap: users });
    await warmup.closed(users, plan.warmupRequests, Number.POSITIVE_INFINITY);
    if (interrupt.aborted) deadlines.abortAll("interrupted");
    await warmup.drain(BRIEF_DRAIN_MS);
  }

  // What the preparation left behind would be collected in the middle of the run: pauses of 1 to 3 ms.
  Bun.gc(true);
  const cap = Math.min(wanted, ownCap);
  const options = { ...common, stage: "run" as const, bodies, cap, enough: deps.enough };
  const dispatcher =
    plan.sessions === null
      ? new Dispatcher(options)
      : new SessionDispatch(options, plan, plan.sessions, protocol);
  const giveUpUnsent = () => {
    for (const { index, intendedAt } of dispatcher.takeUnsent()) {
      const prompt = plan.prompts.at(index);
      const record = unsentRecord({ index, intendedAt, endAt: clock.now(), prompt, failure: NO_SLOT });
      deps.onExchange({ record, text: null });
    }
  };
  deps.halt?.addEventListener("abort", giveUpUnsent);
  // A closed loop never waits for a slot: it has fewer users than were asked for.
  const lacksUsers = plan.load.kind === "closed" && cap < wanted;
  const progress = () =>
    events.push({
      type: "progress",
      sent: dispatcher.sent,
      due: dispatcher.due,
      inFlight: dispatcher.inFlight,
    });
  const timer = setInterval(progress, PROGRESS_MS);
  await deps.beforeStart?.();
  const startAt = (await deps.begin?.()) ?? clock.now() + LEAD_MS;
  events.push({ type: "stage", stage: "run" });
  deps.onStart(() => client.chunksRead);
  if (plan.offsetsMs !== null) await dispatcher.open(startAt, plan.offsetsMs);
  else {
    const endAt = plan.stop.durationMs === null ? Number.POSITIVE_INFINITY : startAt + plan.stop.durationMs;
    await dispatcher.closed(cap, count, endAt);
  }
  events.push({ type: "stage", stage: "drain" });
  let idle = await dispatcher.drain(plan.drainMs, interrupt);
  if (!idle && interrupt.aborted) idle = await dispatcher.drain(Math.min(plan.drainMs, BRIEF_DRAIN_MS));
  giveUpUnsent();
  if (!idle) {
    deadlines.abortAll(
      interrupt.aborted ? "interrupted" : `not finished ${plan.drainMs} ms after the last send`,
    );
    await dispatcher.drain(BRIEF_DRAIN_MS);
  }
  clearInterval(timer);
  return {
    startAt,
    endAt: clock.now(),
    hitCap: !dispatcher.hitCap && !lacksUsers ? null : cap === wanted ? "concurrency" : "client",
    interrupted: interrupt.aborted,
    workers: { count: 1, died: [] },
  };
}

/** How many requests this process can hold open at once: each takes a place in Bun's fetch, and a file. */
export function clientCap(fetches: number, openFiles: number): number {
  return Math.max(1, Math.min(fetches - SPARE_FETCHES, openFiles - SPARE_FILES));
}

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
import type { RequestRecord } from "./record.ts";

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
}

export interface RunDeps {
  clock: Clock;
  /** What send times are kept by. */
  alarm: Alarm;
  target: TargetOptions;
  /** Called for each finished request, warm-up included. */
  onExchange(exchange: Exchange): void;
  /** Called once, just before the first request of the run itself: not of the warm-up. */
  onStart(): void;
  /** Aborted by Ctrl-C. */
  interrupt: AbortSignal;
  /** Aborted when enough is known: nothing more falls due, and what is due is sent and awaited as at the plan's own end. */
  enough?: AbortSignal | undefined;
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
  const client = new HttpClient(deps.target, clock, deadlines);
  const ownCap = clientCap(fetchCap(), openFilesLimit().soft);
  const wanted = plan.load.concurrency ?? Number.POSITIVE_INFINITY;
  const common = { clock, alarm, send: client.send.bind(client), onDone: deps.onExchange, stop: interrupt };
  const { protocol } = deps.target;

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
  const dispatcher = new Dispatcher({ ...common, stage: "run", bodies, cap, enough: deps.enough });
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
  events.push({ type: "stage", stage: "run" });
  const startAt = clock.now() + LEAD_MS;
  deps.onStart();
  if (plan.offsetsMs !== null) await dispatcher.open(startAt, plan.offsetsMs);
  else {
    const endAt = plan.stop.durationMs === null ? Number.POSITIVE_INFINITY : startAt + plan.stop.durationMs;
    await dispatcher.closed(cap, count, endAt);
  }
  events.push({ type: "stage", stage: "drain" });
  let idle = await dispatcher.drain(plan.drainMs, interrupt);
  if (!idle && interrupt.aborted) idle = await dispatcher.drain(Math.min(plan.drainMs, BRIEF_DRAIN_MS));
  const unsent = dispatcher.takeUnsent();
  if (!idle) {
    deadlines.abortAll(
      interrupt.aborted ? "interrupted" : `not finished ${plan.drainMs} ms after the last send`,
    );
    await dispatcher.drain(BRIEF_DRAIN_MS);
  }
  for (const { index, intendedAt } of unsent)
    deps.onExchange(neverSent(plan, index, intendedAt, clock.now()));
  clearInterval(timer);
  return {
    startAt,
    endAt: clock.now(),
    hitCap: !dispatcher.hitCap && !lacksUsers ? null : cap === wanted ? "concurrency" : "client",
    interrupted: interrupt.aborted,
  };
}

/** How many requests this process can hold open at once: each takes a place in Bun's fetch, and a file. */
export function clientCap(fetches: number, openFiles: number): number {
  return Math.max(1, Math.min(fetches - SPARE_FETCHES, openFiles - SPARE_FILES));
}

/** A request that fell due but got no slot before the run was over. */
function neverSent(plan: ServingPlan, index: number, intendedAt: number, endAt: number): Exchange {
  const { promptTokens, maxTokens } = plan.prompts.at(index);
  const record: RequestRecord = {
    index,
    stage: "run",
    intendedAt,
    sentAt: null,
    headersAt: null,
    firstByteAt: null,
    firstTokenAt: null,
    firstAnswerAt: null,
    lastTokenAt: null,
    endAt,
    streamed: false,
    httpStatus: null,
    finishReason: null,
    promptTokens,
    maxTokens,
    usage: null,
    textTokens: null,
    channels: { answer: 0, reasoning: 0, tool: 0 },
    chunkUs: new Float64Array(0),
    chunkEvents: new Float64Array(0),
    chunkTokens: null,
    bytesReceived: 0,
    failure: { class: "aborted", phase: "queue", message: "no slot was free before the run was over" },
  };
  return { record, text: null };
}

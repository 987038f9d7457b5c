import type { Timed } from "../../core/due-heap.ts";
import type { Timeline } from "../../core/timeline.ts";
import type { Engine, EngineState, SequenceSpec, Ticket, TokenSink } from "./engine.ts";
import { FixedSchedule, type FixedTimes } from "./fixed-schedule.ts";
import type { FreezeWindows } from "./freeze.ts";
import { jitterFor } from "./jitter.ts";

export interface FixedEngineOptions extends FixedTimes {
  readonly jitter: number;
  readonly seed: number;
  /** Only for the cache gauge: this engine never runs out of cache. */
  readonly kvTokens: number;
}

/** What all streams of the engine hold together. */
interface Load {
  running: number;
  cacheTokens: number;
}

/** Every request runs at once, by its own fixed schedule, however many there are. */
export class FixedEngine implements Engine {
  private readonly options: FixedEngineOptions;
  private readonly timeline: Timeline;
  private readonly freezes: FreezeWindows;
  private readonly load: Load = { running: 0, cacheTokens: 0 };

  constructor(options: FixedEngineOptions, timeline: Timeline, freezes: FreezeWindows) {
    this.options = options;
    this.timeline = timeline;
    this.freezes = freezes;
  }

  submit(spec: SequenceSpec, sink: TokenSink): Ticket {
    this.freezes.anchor(spec.receivedAtMs);
    const jitter = jitterFor(this.options.jitter, this.options.seed, "token-jitter", spec.number);
    const { options } = this;
    const times = spec.ttftMs === null ? options : { ttftMs: spec.ttftMs, itlMs: options.itlMs };
    const schedule = new FixedSchedule(times, spec.receivedAtMs, jitter, spec.stall, this.freezes);
    sink.admitted(schedule.admittedAtMs);
    const stream = new FixedStream(spec, schedule, sink, this.load);
    this.timeline.at(stream.firstTokenAtMs, stream);
    return stream;
  }

  state(): EngineState {
    return { ...this.load, waiting: 0, cacheCapacityTokens: this.options.kvTokens, preemptions: 0 };
  }
}

class FixedStream implements Timed, Ticket {
  readonly firstTokenAtMs: number;
  readonly preemptions = 0;
  private readonly schedule: FixedSchedule;
  private readonly sink: TokenSink;
  private readonly load: Load;
  private readonly outputTokens: number;
  private cacheTokens: number;
  private nextMs: number;
  private made = 0;
  private isOver = false;

  constructor(spec: SequenceSpec, schedule: FixedSchedule, sink: TokenSink, load: Load) {
    this.schedule = schedule;
    this.sink = sink;
    this.load = load;
    this.outputTokens = spec.outputTokens;
    this.cacheTokens = spec.promptTokens;
    load.running++;
    load.cacheTokens += spec.promptTokens;
    this.nextMs = schedule.next();
    this.firstTokenAtMs = this.nextMs;
  }

  /** Hands over every token that is due, in one flush: after a freeze that is a burst. */
  fire(nowMs: number): number {
    if (this.isOver) return Number.POSITIVE_INFINITY;
    while (!this.isOver && this.nextMs <= nowMs) {
      if (this.sink.token(this.nextMs, nowMs)) this.countToken();
      else this.leave();
    }
    this.sink.flush(nowMs);
    return this.isOver ? Number.POSITIVE_INFINITY : this.nextMs;
  }

  abort(): void {
    this.leave();
  }

  private countToken(): void {
    this.made++;
    this.cacheTokens++;
    this.load.cacheTokens++;
    if (this.made === this.outputTokens) this.leave();
    else this.nextMs = this.schedule.next();
  }

  private leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.load.running--;
    this.load.cacheTokens -= this.cacheTokens;
  }
}

import type { Alarm } from "./alarm.ts";
import type { Clock } from "./clock.ts";
import { DueHeap, type Timed } from "./due-heap.ts";

/** The longest that due work may keep the event loop from reading sockets. */
const TURN_MS = 4;

/** Something to do once, for a timeline. */
export function once(action: (nowMs: number) => void): Timed {
  return {
    fire: (nowMs) => {
      action(nowMs);
      return Number.POSITIVE_INFINITY;
    },
  };
}

/** The one scheduler of a process: everything with an instant waits here, so that thousands of waits cost one alarm. */
export class Timeline {
  private readonly heap = new DueHeap();
  private readonly clock: Clock;
  private readonly alarm: Alarm;
  /** What the alarm is set to. */
  private setToMs = Number.POSITIVE_INFINITY;
  private firing = false;
  private stopped = false;

  constructor(clock: Clock, alarm: Alarm) {
    this.clock = clock;
    this.alarm = alarm;
  }

  /** The instant it is. */
  nowMs(): number {
    return this.clock.now();
  }

  /** Fires `item` at `dueMs` on the clock; an instant in the past fires in the next turn of the event loop. */
  at(dueMs: number, item: Timed): void {
    if (this.stopped) return;
    this.heap.push(dueMs, item);
    if (!this.firing) this.arm();
  }

  /** Nothing fires any more; the alarm is free again. */
  stop(): void {
    this.stopped = true;
    this.heap.clear();
    this.alarm.cancel();
  }

  private arm(): void {
    const dueMs = this.heap.nextMs;
    if (dueMs >= this.setToMs) return;
    this.setToMs = dueMs;
    this.alarm.set(dueMs, this.turn);
  }

  private readonly turn = (): void => {
    this.setToMs = Number.POSITIVE_INFINITY;
    if (this.stopped) return;
    this.firing = true;
    const startMs = this.clock.now();
    for (let nowMs = startMs; this.heap.nextMs <= nowMs; nowMs = this.clock.now()) {
      if (nowMs - startMs > TURN_MS) break;
      const item = this.heap.pop()!;
      const againMs = item.fire(nowMs);
      if (againMs !== Number.POSITIVE_INFINITY) this.heap.push(againMs, item);
    }
    this.firing = false;
    this.arm();
  };
}

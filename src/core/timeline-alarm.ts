import type { Alarm } from "./alarm.ts";
import { once, type Timeline } from "./timeline.ts";

/** An alarm that rings by a timeline, beside all else that waits there. */
export class TimelineAlarm implements Alarm {
  readonly #timeline: Timeline;
  /** Which setting counts; those before it fire in vain. */
  #setting = 0;
  /** The timeline's own alarm counts what was polled. */
  readonly polledMs = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  set(atMs: number, ring: () => void): void {
    const mine = ++this.#setting;
    this.#timeline.at(
      atMs,
      once(() => {
        if (mine === this.#setting) ring();
      }),
    );
  }

  cancel(): void {
    this.#setting++;
  }

  close(): void {
    this.cancel();
  }
}

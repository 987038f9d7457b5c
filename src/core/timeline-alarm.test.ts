import { expect, test } from "bun:test";
import { systemClock } from "../native/system-clock.ts";
import { PollingAlarm } from "./alarm.ts";
import { once, Timeline } from "./timeline.ts";
import { TimelineAlarm } from "./timeline-alarm.ts";

const clock = systemClock();

function stage() {
  const timeline = new Timeline(clock, new PollingAlarm(clock));
  const rings: string[] = [];
  /** Resolves after everything that is due within the next 5 ms. */
  const later = () =>
    new Promise<void>((resolve) =>
      timeline.at(
        clock.now() + 5,
        once(() => resolve()),
      ),
    );
  return { timeline, rings, later, ring: (name: string) => () => rings.push(name) };
}

test("several alarms ring beside one another, each never early", async () => {
  const { timeline, rings, later, ring } = stage();
  const startMs = clock.now();
  const instants: number[] = [];
  new TimelineAlarm(timeline).set(startMs + 2, () => instants.push(clock.now()));
  new TimelineAlarm(timeline).set(startMs + 1, ring("first"));
  await later();
  expect(rings).toEqual(["first"]);
  expect(instants[0]).toBeGreaterThanOrEqual(startMs + 2);
});

test("a new setting replaces the old one; cancel and close take it back", async () => {
  const { timeline, rings, later, ring } = stage();
  const [replaced, cancelled, closed] = Array.from({ length: 3 }, () => new TimelineAlarm(timeline));
  replaced!.set(clock.now() + 1, ring("old"));
  replaced!.set(clock.now() + 2, ring("new"));
  cancelled!.set(clock.now() + 1, ring("cancelled"));
  cancelled!.cancel();
  closed!.set(clock.now() + 1, ring("closed"));
  closed!.close();
  await later();
  expect(rings).toEqual(["new"]);
});

test("may be set again from inside its ring", async () => {
  const { timeline, rings, ring } = stage();
  const alarm = new TimelineAlarm(timeline);
  await new Promise<void>((resolve) => {
    alarm.set(clock.now() + 1, () => {
      ring("once")();
      alarm.set(clock.now() + 1, resolve);
    });
  });
  expect(rings).toEqual(["once"]);
});

import { describe, expect, test } from "bun:test";
import type { Alarm } from "../../core/alarm.ts";
import type { Clock } from "../../core/clock.ts";
import { nextTurn } from "../../core/wait.ts";
import { BodyQueue } from "./bodies.ts";
import type { Sending } from "./client/http-client.ts";
import { fakePlan } from "./plan.fake.ts";
import { openaiChat } from "./protocols/openai-chat.ts";
import { record } from "./record.fake.ts";
import type { RequestRecord } from "./record.ts";
import { SessionDispatch } from "./session-dispatch.ts";
import { fakeSessions } from "./workload/conversation.fake.ts";
import { firstPrompts } from "./workload/conversation.ts";
import type { ThinkTime } from "./workload/think-time.ts";
import type { TrafficSplit } from "./workload/traffic-split.ts";

/** A clock that the test moves, and the alarm that rings by it. */
class FakeTime implements Clock, Alarm {
  #nowMs = 0;
  readonly polledMs = 0;
  #atMs = Number.POSITIVE_INFINITY;
  #ring = () => {};

  readonly now = () => this.#nowMs;
  readonly toUnixMs = (atMs: number) => atMs;

  set(atMs: number, ring: () => void): void {
    this.#atMs = atMs;
    this.#ring = ring;
  }

  cancel(): void {
    this.#atMs = Number.POSITIVE_INFINITY;
  }

  close(): void {
    this.cancel();
  }

  /** Moves on, ringing at each instant on the way. */
  async to(ms: number): Promise<void> {
    await nextTurn();
    while (this.#atMs <= ms) {
      this.#nowMs = Math.max(this.#nowMs, this.#atMs);
      const ring = this.#ring;
      this.cancel();
      ring();
      await nextTurn();
    }
    this.#nowMs = ms;
  }
}

interface Options {
  /** Turns of the conversations. */
  turns: readonly number[];
  think?: ThinkTime;
  cap?: number;
  durationMs?: number;
  trafficSplit?: TrafficSplit;
}

/** A server whose answers the test gives. */
function stage({ turns, think, cap = 100, durationMs, trafficSplit }: Options) {
  const time = new FakeTime();
  const sent: Sending[] = [];
  const records: RequestRecord[] = [];
  const open: ((given: Partial<RequestRecord>, answer: string) => void)[] = [];
  const stop = new AbortController();
  const sessions = fakeSessions(turns, think);
  const plan = fakePlan({
    prompts: firstPrompts(sessions),
    sessions,
    trafficSplit: trafficSplit ?? null,
    stop: { requests: 100, durationMs: durationMs ?? null },
  });
  const options = {
    stage: "run" as const,
    clock: time,
    alarm: time,
    bodies: new BodyQueue(plan, openaiChat, plan.prompts, 100),
    cap,
    stop: stop.signal,
    onDone: (exchange: { record: RequestRecord }) => records.push(exchange.record),
    send(sending: Sending) {
      sent.push(sending);
      const { index, stage, intendedAt, place } = sending;
      const sentAt = time.now();
      return new Promise<{ record: RequestRecord; text: null; answer: string }>((resolve) =>
        open.push((given, answer) =>
          resolve({
            record: {
              ...record({ index, stage, ...place, intendedAt, sentAt, endAt: time.now() }),
              promptTokens: sending.prompt.promptTokens,
              maxTokens: sending.prompt.maxTokens,
              ...given,
            },
            text: null,
            answer,
          }),
        ),
      );
    },
  };
  const dispatch = new SessionDispatch(options, plan, sessions, openaiChat);
  return {
    time,
    sent,
    records,
    stop,
    dispatch,
    /** Ends the oldest open request. */
    async answer(given: Partial<RequestRecord> = {}, text = "an answer") {
      open.shift()!(given, text);
      await nextTurn();
    },
    /** Session, turn and intended time of all that was sent. */
    shown: () => sent.map(({ place, intendedAt }) => [place!.session, place!.turn, intendedAt]),
  };
}

const failed = { failure: { class: "http-5xx", phase: "connect", message: "HTTP 500" } } as const;
const at = (...offsetsMs: number[]) => Float64Array.from(offsetsMs);

describe("a session", () => {
  test("keeps the model that was drawn for it", async () => {
    const trafficSplit = { models: ["a", "b"], weights: [0.5, 0.5] };
    const { time, sent, dispatch, answer, stop } = stage({ turns: [2], trafficSplit });
    const running = dispatch.open(
      10,
      Float64Array.from({ length: 20 }, (_, i) => i),
    );
    await time.to(50);
    for (let i = 0; i < 20; i++) await answer();
    const asked = sent.map(({ place, body }) => [place!.session, place!.turn, JSON.parse(body).model]);
    const [first, second] = [0, 1].map((turn) => asked.filter(([, of]) => of === turn));
    expect(first!.length).toBe(20);
    expect(second).toEqual(first!.map(([session, , model]) => [session, 1, model]));
    expect(new Set(asked.map(([, , model]) => model))).toEqual(new Set(["a", "b"]));
    expect(sent.map(({ prompt }) => prompt.model)).toEqual(asked.map(([, , model]) => model));
    stop.abort();
    await running;
  });

  test("sends each turn its think time after the end of the answer before", async () => {
    const { time, dispatch, answer, shown } = stage({ turns: [3], think: { kind: "constant", ms: 50 } });
    const running = dispatch.open(10, at(0));
    await time.to(30);
    await answer();
    await time.to(79);
    expect(shown()).toEqual([[0, 0, 10]]);
    await time.to(100);
    expect(shown()).toEqual([
      [0, 0, 10],
      [0, 1, 80],
    ]);
    await answer();
    await time.to(150);
    expect(shown().at(-1)).toEqual([0, 2, 150]);
    // The last turn is under way: nothing is left to send.
    await running;
    await answer();
    expect(await dispatch.drain(10_000)).toBe(true);
  });

  test("without think time goes on at once", async () => {
    const { time, dispatch, answer, shown } = stage({ turns: [2] });
    const running = dispatch.open(0, at(0));
    await time.to(5);
    await answer();
    expect(shown()).toEqual([
      [0, 0, 0],
      [0, 1, 5],
    ]);
    await running;
  });

  test("says all that was said before, with the answers that came", async () => {
    const { time, dispatch, answer, sent } = stage({ turns: [3] });
    const running = dispatch.open(0, at(0));
    await time.to(1);
    await answer({}, " One.");
    await answer({}, " Two.");
    await running;
    const messages = sent.map(({ body }) => JSON.parse(body).messages);
    expect(messages[2]).toEqual([
      { role: "user", content: "conversation 0 turn 0" },
      { role: "assistant", content: " One." },
      { role: "user", content: "conversation 0 turn 1" },
      { role: "assistant", content: " Two." },
      { role: "user", content: "conversation 0 turn 2" },
    ]);
    expect(messages[1]).toEqual(messages[2].slice(0, 3));
    expect(messages[0]).toEqual(messages[2].slice(0, 1));
  });

  test("counts the answers in its prompt: as the server counts them, without reasoning, else as planned", async () => {
    const { time, dispatch, answer, sent } = stage({ turns: [4] });
    const running = dispatch.open(0, at(0));
    const usage = { promptTokens: 9, completionTokens: 40, cachedTokens: null, reasoningTokens: 30 };
    await time.to(1);
    await answer({ usage });
    await answer({ usage: null, channels: { answer: 6, reasoning: 2, tool: 0 } });
    await answer({ usage: null, streamed: false, channels: { answer: 1, reasoning: 0, tool: 0 } });
    await running;
    expect(sent.map(({ prompt }) => prompt.promptTokens)).toEqual([5, 5 + 10 + 5, 20 + 6 + 5, 31 + 3 + 5]);
  });

  test.each([
    ["failed", failed, "half an answ"],
    ["has no text", { channels: { answer: 0, reasoning: 2, tool: 0 } }, ""],
  ])("ends with a turn that %s", async (_, given, text) => {
    const { time, dispatch, answer, sent, records } = stage({ turns: [3] });
    const running = dispatch.open(0, at(0));
    await time.to(1);
    await answer();
    await answer(given, text);
    await running;
    expect([sent.length, records.length, dispatch.due]).toEqual([2, 2, 2]);
    expect(await dispatch.drain(10_000)).toBe(true);
  });

  test("numbers its requests as the plan does, in whatever order they fall due", async () => {
    const { time, dispatch, answer, sent } = stage({ turns: [2, 2, 2] });
    const running = dispatch.open(0, at(0, 1, 2));
    await time.to(3);
    for (let i = 0; i < 6; i++) await answer();
    await running;
    expect(sent.map(({ index }) => index)).toEqual([0, 2, 4, 1, 3, 5]);
    expect(sent.map(({ place }) => place)).toEqual(
      [0, 1].flatMap((turn) => [0, 1, 2].map((session) => ({ session, turn, turns: 2 }))),
    );
  });
});

describe("slots", () => {
  test("are for requests: who thinks holds none, and a due turn waits its turn", async () => {
    const { time, dispatch, answer, shown } = stage({
      turns: [2, 2],
      cap: 1,
      think: { kind: "constant", ms: 5 },
    });
    const running = dispatch.open(0, at(0, 1));
    await time.to(10);
    expect([shown(), dispatch.hitCap, dispatch.due, dispatch.inFlight]).toEqual([[[0, 0, 0]], true, 2, 1]);
    await answer();
    expect(shown().at(-1)).toEqual([1, 0, 1]);
    // Due at 15, and the slot is free at 20.
    await time.to(20);
    expect(shown().length).toBe(2);
    await answer();
    expect(shown().at(-1)).toEqual([0, 1, 15]);
    await answer();
    await time.to(25);
    expect(shown().at(-1)).toEqual([1, 1, 25]);
    await running;
  });

  test("what is due and never gets one is recorded as unfinished, and its session is over", async () => {
    const { time, dispatch, records, sent } = stage({ turns: [2, 2], cap: 1, durationMs: 10 });
    const running = dispatch.open(0, at(0, 1));
    await time.to(10);
    await running;
    expect(dispatch.takeUnsent()).toEqual([]);
    await nextTurn();
    expect(sent.length).toBe(1);
    expect(records).toMatchObject([
      {
        index: 2,
        session: 1,
        turn: 0,
        turns: 2,
        intendedAt: 1,
        endAt: 10,
        sentAt: null,
        failure: { class: "aborted", phase: "queue" },
        promptTokens: 5,
      },
    ]);
  });
});

describe("the end of the sending time", () => {
  test("is kept by who thinks and by who is answered later: no further turns", async () => {
    const { time, dispatch, answer, shown } = stage({
      turns: [3, 3],
      durationMs: 100,
      think: { kind: "constant", ms: 60 },
    });
    const running = dispatch.open(0, at(0, 1));
    await time.to(20);
    await answer();
    await time.to(99);
    expect(shown()).toEqual([
      [0, 0, 0],
      [1, 0, 1],
      [0, 1, 80],
    ]);
    // Due at 159, after the end.
    await answer();
    await time.to(100);
    await running;
    // In flight until after the end.
    await answer();
    expect(await dispatch.drain(10_000)).toBe(true);
    await time.to(1000);
    expect(shown().length).toBe(3);
  });

  test("a schedule without one ends when no turn is left to send, not with its last arrival", async () => {
    const { time, dispatch, answer } = stage({ turns: [2], think: { kind: "constant", ms: 1000 } });
    let isOver = false;
    const running = dispatch.open(0, at(0)).then(() => {
      isOver = true;
    });
    await time.to(10);
    await answer();
    await time.to(1000);
    expect(isOver).toBe(false);
    await time.to(1010);
    await running;
  });

  test("an interrupt ends it at once, for sessions that think and for turns that wait", async () => {
    const { time, dispatch, answer, stop, shown, records } = stage({
      turns: [2, 2],
      cap: 1,
      think: { kind: "constant", ms: 1000 },
    });
    const running = dispatch.open(0, at(0, 0, 0));
    await time.to(1);
    await answer();
    stop.abort();
    await running;
    await answer();
    expect(await dispatch.drain(10_000)).toBe(true);
    expect(shown()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
    ]);
    expect(records.map(({ session, sentAt }) => [session, sentAt === null])).toEqual([
      [0, false],
      [1, false],
      [2, true],
    ]);
  });
});

describe("a closed loop", () => {
  test("has users who hold one session after another", async () => {
    const { time, dispatch, answer, shown } = stage({ turns: [2, 2, 2], think: { kind: "constant", ms: 5 } });
    const running = dispatch.closed(2, 3, Number.POSITIVE_INFINITY);
    await time.to(1);
    await answer();
    await answer();
    await time.to(7);
    await answer();
    expect(shown()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 6],
      [1, 1, 6],
      [2, 0, 7],
    ]);
    await answer();
    await answer();
    await time.to(20);
    await answer();
    await running;
    expect([shown().length, dispatch.hitCap]).toEqual([6, false]);
  });

  test("ends at its time: who would think beyond it begins no other session", async () => {
    const { time, dispatch, answer, shown } = stage({ turns: [2], think: { kind: "constant", ms: 500 } });
    const running = dispatch.closed(1, Number.POSITIVE_INFINITY, 100);
    await time.to(10);
    await answer();
    await time.to(99);
    expect(shown()).toEqual([[0, 0, 0]]);
    await time.to(100);
    await running;
    expect(await dispatch.drain(10_000)).toBe(true);
    await time.to(1000);
    expect(shown().length).toBe(1);
  });
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Server } from "bun";
import { systemClock } from "../../native/system-clock.ts";
import { openaiCompletions } from "../serving/protocols/openai-completions.ts";
import { isGone } from "./idle.ts";
import { IdleProbe } from "./idle-probe.ts";

/** Before each of the next answers, in ms; then none. */
let delaysMs: number[] = [];
let isBroken = false;
let asked = 0;
let onAsked = () => {};
let server: Server<undefined>;

beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch() {
      asked++;
      onAsked();
      await Bun.sleep(delaysMs.shift() ?? 0);
      if (isBroken) return new Response("no", { status: 500 });
      return Response.json({ choices: [{ text: "a b c d", finish_reason: "stop" }] });
    },
  });
});
afterAll(() => server.stop(true));

function probe(origin = server.url.origin): IdleProbe {
  const target = {
    url: `${origin}/v1/completions`,
    protocol: openaiCompletions,
    headers: { "content-type": "application/json" },
    proxy: false as const,
    tls: { rejectUnauthorized: true },
    keepalive: true,
    keepText: false,
  };
  const settings = {
    model: "m",
    stream: false,
    includeUsage: false,
    continuousUsage: false,
    ignoreEos: false,
    minTokens: null,
    extra: {},
  };
  return new IdleProbe(target, settings, systemClock());
}

const never = new AbortController().signal;

test("the first probes' median is the baseline: one slow answer does not raise it", async () => {
  delaysMs = [2000, 0, 0];
  expect((await probe().baseline(never)).ttftMs).toBeLessThan(1000);
});

test("waits until the server is as fast as at first", async () => {
  delaysMs = [1500, 1500];
  const check = await probe().untilIdle(100, 60_000, never);
  expect(check).toMatchObject({ isIdle: true, baselineTtftMs: 100 });
  expect(check.probes).toBeGreaterThanOrEqual(3);
  expect(check.waitedMs).toBeGreaterThanOrEqual(3000);
});

test("not for longer than it may", async () => {
  delaysMs = Array(20).fill(400);
  const check = await probe().untilIdle(1, 700, never);
  delaysMs = [];
  expect(check.isIdle).toBeFalse();
  expect(check.ttftMs).toBeGreaterThan(300);
});

test("an interrupt ends a probe at once, and the baseline", async () => {
  for (const probing of [
    (interrupt: AbortSignal) => probe().untilIdle(1, 60_000, interrupt),
    (interrupt: AbortSignal) => probe().baseline(interrupt),
  ]) {
    const interrupt = new AbortController();
    const arrived = Promise.withResolvers<void>();
    onAsked = arrived.resolve;
    // Longer than a test may take.
    delaysMs = [60_000];
    const probed = probing(interrupt.signal);
    await arrived.promise;
    interrupt.abort();
    expect((await probed).ttftMs).toBeNull();
  }
  onAsked = () => {};
});

test("no probe is sent after an interrupt", async () => {
  asked = 0;
  expect(await probe().untilIdle(1, 60_000, AbortSignal.abort())).toMatchObject({ failure: "aborted" });
  expect(asked).toBe(0);
});

test("a server that fails is not idle, and has no baseline", async () => {
  isBroken = true;
  expect((await probe().baseline(never)).ttftMs).toBeNull();
  expect(await probe().untilIdle(100, 0, never)).toMatchObject({
    isIdle: false,
    probes: 1,
    failure: "http-5xx",
  });
  isBroken = false;
});

test("a server that is busy is there, one that refuses connections is gone", async () => {
  isBroken = true;
  const busy = await probe().untilIdle(100, 0, never);
  isBroken = false;
  const closed = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { origin } = closed.url;
  await closed.stop(true);
  const gone = await probe(origin).untilIdle(100, 0, never);
  expect(await probe(origin).isGone(10, never)).toBeTrue();
  expect(await probe(origin).isGone(60_000, AbortSignal.abort())).toBeFalse();
  expect(await probe().isGone(60_000, never)).toBeFalse();
  expect([busy, gone].map(isGone)).toEqual([false, true]);
  expect(isGone({ failure: "timeout-first-token" })).toBeFalse();
});

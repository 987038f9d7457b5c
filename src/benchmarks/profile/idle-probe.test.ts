import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Server } from "bun";
import { systemClock } from "../../native/system-clock.ts";
import { openaiCompletions } from "../serving/protocols/openai-completions.ts";
import { IdleProbe } from "./idle-probe.ts";

/** Before each of the next answers, in ms; then none. */
let delaysMs: number[] = [];
let isBroken = false;
let asked = 0;
let server: Server<undefined>;

beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch() {
      asked++;
      await Bun.sleep(delaysMs.shift() ?? 0);
      if (isBroken) return new Response("no", { status: 500 });
      return Response.json({ choices: [{ text: "a b c d", finish_reason: "stop" }] });
    },
  });
});
afterAll(() => server.stop(true));

function probe(): IdleProbe {
  const target = {
    url: `${server.url.origin}/v1/completions`,
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
  expect(await probe().baselineMs()).toBeLessThan(1000);
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

test("an interrupt ends it after the probe under way", async () => {
  delaysMs = [500];
  asked = 0;
  expect((await probe().untilIdle(1, 60_000, AbortSignal.abort())).isIdle).toBeFalse();
  expect(asked).toBe(1);
});

test("a server that fails is not idle, and has no baseline", async () => {
  isBroken = true;
  expect(await probe().baselineMs()).toBeNull();
  expect(await probe().untilIdle(100, 0, never)).toMatchObject({ isIdle: false, probes: 1, ttftMs: null });
  isBroken = false;
});

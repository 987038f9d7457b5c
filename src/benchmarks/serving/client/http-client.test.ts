import { afterAll, expect, test } from "bun:test";
import { systemClock } from "../../../native/system-clock.ts";
import { openaiCompletions } from "../protocols/openai-completions.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { Deadlines } from "./deadlines.ts";
import { HttpClient } from "./http-client.ts";

const SECRET = "my-private-key-1";
const answer = JSON.stringify({ choices: [{ text: "a", finish_reason: "stop" }] });
const events: Record<string, () => Response> = {
  "/whole": () => new Response(answer, { headers: { "content-type": "application/json" } }),
  "/refused": () => Response.json({ error: { message: `${"x".repeat(280)} ${SECRET}` } }, { status: 401 }),
  "/event": () =>
    new Response(`data: {"error":{"message":"no ${SECRET}"}}\n\n`, {
      headers: { "content-type": "text/event-stream" },
    }),
  "/garbage": () => new Response(`data: ${SECRET}\n\n`, { headers: { "content-type": "text/event-stream" } }),
};
/** The client's port of each request: one a connection. */
const ports: number[] = [];
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, self) {
    ports.push(self.requestIP(request)!.port);
    return events[new URL(request.url).pathname]!();
  },
});
afterAll(() => server.stop(true));

const clock = systemClock();
const NONE = Number.POSITIVE_INFINITY;

async function send(path: string, protocol: Protocol = openaiCompletions, session?: Bun.FetchSession) {
  const target = {
    url: new URL(path, server.url).href,
    protocol,
    headers: { authorization: `Bearer ${SECRET}` },
    proxy: false as const,
    tls: { rejectUnauthorized: true },
    keepalive: true,
    keepText: false,
    ...(session === undefined ? {} : { session }),
  };
  const limits = { firstTokenMs: NONE, betweenChunksMs: NONE, totalMs: NONE };
  const client = new HttpClient(target, clock, new Deadlines(limits, clock));
  const prompt = { text: "p", promptTokens: 1, maxTokens: 1 };
  return (await client.send({ index: 0, stage: "run", intendedAt: clock.now(), prompt, body: "{}" })).record;
}

test("the end is stamped before a whole answer is parsed", async () => {
  let parsedAt = 0;
  const record = await send("/whole", {
    ...openaiCompletions,
    readAnswer(json, piece) {
      parsedAt = clock.now();
      openaiCompletions.readAnswer(json, piece);
    },
  });
  expect(record.failure).toBeNull();
  expect(record.endAt).toBeLessThanOrEqual(parsedAt);
});

test.each(["/refused", "/event", "/garbage"])(
  "a key that the server repeats is not kept: %s",
  async (path) => {
    const { failure } = await send(path);
    expect(failure?.message).toContain("[redact");
    expect(failure?.message).not.toContain(SECRET.slice(0, 8));
  },
);

test("a session has connections of its own, and uses them again", async () => {
  ports.length = 0;
  await send("/whole");
  using one = new Bun.FetchSession();
  using other = new Bun.FetchSession();
  for (const session of [one, one, other]) await send("/whole", openaiCompletions, session);
  expect([ports[1] === ports[2], new Set(ports).size]).toEqual([true, 3]);
});

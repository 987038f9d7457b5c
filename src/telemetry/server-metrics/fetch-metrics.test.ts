import { afterAll, expect, test } from "bun:test";
import { fetchMetrics, type MetricsSource } from "./fetch-metrics.ts";

const clock = { now: () => performance.now(), toUnixMs: (ms: number) => ms };
const seen: (string | null)[] = [];
const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("x 1\n") });
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    const { pathname } = new URL(request.url);
    seen.push(request.headers.get("authorization"));
    if (pathname === "/metrics") return Response.redirect("/metrics/", 307);
    if (pathname === "/away") return Response.redirect(`http://127.0.0.1:${other.port}/`, 307);
    if (pathname === "/round") return Response.redirect("/round", 307);
    if (pathname === "/slow") return new Promise<Response>(() => {});
    return pathname === "/metrics/" ? new Response("x 1\n") : new Response("no", { status: 404 });
  },
});
afterAll(() => Promise.all([server.stop(true), other.stop(true)]));

const ask = (path: string, more: Partial<MetricsSource> = {}) => {
  const source = { url: `http://127.0.0.1:${server.port}${path}`, headers: { authorization: "Bearer k" } };
  const rest = {
    tls: { rejectUnauthorized: true },
    proxy: false as const,
    intervalMs: 1000,
    timeoutMs: 2000,
  };
  return fetchMetrics({ ...source, ...rest, ...more }, clock, new Bun.FetchSession());
};

test("follows the server to its other path, with the key", async () => {
  seen.length = 0;
  expect(await ask("/metrics")).toMatchObject({ ok: true, text: "x 1\n", bytes: 4 });
  expect(seen).toEqual(["Bearer k", "Bearer k"]);
});

test.each([
  ["/nothing", {}, "http-404"],
  ["/away", {}, "http-307"],
  ["/round", {}, "http-307"],
  ["/slow", { timeoutMs: 20 }, "timeout"],
  ["/", { url: "http://127.0.0.1:1/metrics" }, "connect"],
])("%s fails as what it is", async (path, more, reason) => {
  expect(await ask(path, more)).toMatchObject({ ok: false, reason });
});

import { expect, test } from "bun:test";
import { ToolError } from "../../core/errors.ts";
import { addressKind, serveMetrics } from "./metrics-server.ts";

test("an address is a port of this machine alone, unless a host is named", () => {
  expect(
    ["9400", "0", "127.0.0.1:9400", "0.0.0.0:1", "[::1]:80", "gpu-box:9400"].map(addressKind.parse),
  ).toEqual([
    { host: "127.0.0.1", port: 9400 },
    { host: "127.0.0.1", port: 0 },
    { host: "127.0.0.1", port: 9400 },
    { host: "0.0.0.0", port: 1 },
    { host: "::1", port: 80 },
    { host: "gpu-box", port: 9400 },
  ]);
  expect(
    ["", "x", "65536", "127.0.0.1", "127.0.0.1:", ":9400", "::1:80", "http://x:1"].map(addressKind.parse),
  ).toEqual(new Array(8).fill(undefined));
});

test("each request gets what there is then, and nothing else is served", async () => {
  let count = 0;
  const server = serveMetrics({ host: "127.0.0.1", port: 0 }, () => `up ${++count}\n`);
  const first = await fetch(server.url);
  expect([first.status, first.headers.get("content-type"), await first.text()]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
    "up 1\n",
  ]);
  expect(await (await fetch(server.url)).text()).toBe("up 2\n");
  expect((await fetch(new URL("/", server.url))).status).toBe(404);
  const port = Number(new URL(server.url).port);
  expect(() => serveMetrics({ host: "127.0.0.1", port }, () => "")).toThrow(ToolError);
  expect(() => serveMetrics({ host: "127.0.0.1", port }, () => "")).toThrow("the port is taken");
  server.stop();
});

import http from "node:http";
import https from "node:https";
import { sleepMs } from "../../../core/wait.ts";

/** How long the connection is watched after the answer: llama.cpp's server closes it 2 ms later. */
const WATCH_MS = 100;

export interface ConnectionProbe {
  url: string;
  headers: Readonly<Record<string, string>>;
  tls: { rejectUnauthorized: boolean };
  body: string;
  timeoutMs: number;
}

/**
 * Sends one request and watches whether the server keeps its connection open after the answer. Some servers close it though
 * they promise to keep it; a request that is sent at that moment is lost (Bun's fetch does not show its sockets, so
 * this goes through node:http).
 * @returns null where the request failed, so that nothing is known
 */
export async function keepsConnection(probe: ConnectionProbe): Promise<boolean | null> {
  const { request, Agent } = probe.url.startsWith("https:") ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const closed = new AbortController();
  try {
    const isAnswered = await new Promise<boolean>((resolve, reject) => {
      const outgoing = request(
        probe.url,
        { method: "POST", agent, headers: probe.headers, timeout: probe.timeoutMs, ...probe.tls },
        (answer) => {
          answer.on("end", () => resolve(answer.statusCode === 200));
          answer.on("error", reject);
          answer.resume();
        },
      );
      outgoing.on("socket", (socket) => socket.once("close", () => closed.abort()));
      outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in time")));
      outgoing.on("error", reject);
      outgoing.end(probe.body);
    });
    if (!isAnswered) return null;
    await sleepMs(WATCH_MS, closed.signal);
    return !closed.signal.aborted;
  } catch {
    return null;
  } finally {
    agent.destroy();
  }
}

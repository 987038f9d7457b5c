import { environmentError, messageOf, systemCode } from "../../core/errors.ts";
import type { Kind } from "../flags/kinds.ts";

export interface ListenAddress {
  host: string;
  port: number;
}

/** A server that is up. */
export interface MetricsServer {
  url: string;
  stop(): void;
}

const LOCAL = "127.0.0.1";
const LAST_PORT = 65_535;
/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** `9400`, `127.0.0.1:9400`, `[::]:9400`; 0 picks a free port. */
export const addressKind: Kind<ListenAddress> = {
  placeholder: "HOST:PORT",
  allowed: "a port such as 9400, or an address such as 127.0.0.1:9400 or [::1]:9400",
  parse(text) {
    const match = /^(?:(?:\[([0-9a-f:.]+)\]|([\w.-]+)):)?(\d{1,5})$/i.exec(text);
    const port = Number(match?.[3]);
    if (match === null || port > LAST_PORT) return undefined;
    return { host: match[1] ?? match[2] ?? LOCAL, port };
  },
};

/**
 * Serves what `metrics` gives, made anew for each request.
 * @throws ToolError CANNOT_LISTEN, exit 4
 */
export function serveMetrics({ host, port }: ListenAddress, metrics: () => string): MetricsServer {
  try {
    const server = Bun.serve({
      hostname: host,
      port,
      fetch({ url }) {
        if (new URL(url).pathname !== "/metrics") return new Response("see /metrics\n", { status: 404 });
        return new Response(metrics(), { headers: { "content-type": CONTENT_TYPE } });
      },
    });
    const shown = host.includes(":") ? `[${host}]` : host;
    return { url: `http://${shown}:${server.port}/metrics`, stop: () => void server.stop(true) };
  } catch (error) {
    const isTaken = systemCode(error) === "EADDRINUSE";
    throw environmentError(
      "CANNOT_LISTEN",
      `cannot listen on ${host}:${port}: ${isTaken ? "the port is taken" : messageOf(error)}`,
      isTaken ? "Give --listen another port, or 0 for any free one." : "Look at the address of --listen.",
      error,
    );
  }
}

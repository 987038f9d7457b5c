import { connect } from "node:net";
import { systemCode } from "../../core/errors.ts";
import { systemClock } from "../../native/system-clock.ts";

/** What a client saw on the wire, byte for byte. */
export interface RawAnswer {
  /** What each read gave, and when, ms on CLOCK_MONOTONIC. */
  readonly pieces: readonly { readonly atMs: number; readonly bytes: Buffer }[];
  readonly bytes: Buffer;
  /** How the connection ended; "open" when it had to be given up after the time limit. */
  readonly end: "fin" | "reset" | "open";
}

const clock = systemClock();

/** The bytes of a POST after which the server closes the connection. */
export function postBytes(path: string, body: unknown, headers: Record<string, string> = {}): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const lines = { host: "test", connection: "close", "content-length": Buffer.byteLength(text), ...headers };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${head.join("")}\r\n${text}`;
}

/** Sends bytes and reads until the connection ends or `limitMs` have passed. */
export function exchangeRaw(port: number, request: string, limitMs = 5000): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const pieces: { atMs: number; bytes: Buffer }[] = [];
    let end: RawAnswer["end"] = "fin";
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    const limit = setTimeout(() => {
      end = "open";
      socket.destroy();
    }, limitMs);
    socket.on("data", (bytes: Buffer) => pieces.push({ atMs: clock.now(), bytes }));
    socket.on("error", (error) => {
      if (systemCode(error) === "ECONNRESET") end = "reset";
    });
    socket.on("close", () => {
      clearTimeout(limit);
      resolve({ pieces, bytes: Buffer.concat(pieces.map(({ bytes }) => bytes)), end });
    });
  });
}

/** An HTTP answer taken apart. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Whether a chunked body came to its last chunk. */
  readonly isWhole: boolean;
}

/** Reads one HTTP answer out of raw bytes. */
export function parseAnswer(bytes: Buffer): HttpAnswer {
  const headEnd = bytes.indexOf("\r\n\r\n");
  const [first, ...lines] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const headers = new Map(lines.map((line) => line.split(": ", 2) as [string, string]));
  const status = Number(first?.split(" ")[1]);
  const rest = bytes.subarray(headEnd + 4);
  if (headers.get("transfer-encoding") !== "chunked") {
    return {
      status,
      headers,
      body: rest.toString(),
      isWhole: rest.length === Number(headers.get("content-length")),
    };
  }
  const parts: Buffer[] = [];
  for (let at = 0; at < rest.length; ) {
    const lineEnd = rest.indexOf("\r\n", at);
    const length = Number.parseInt(rest.toString("latin1", at, lineEnd), 16);
    const body = rest.subarray(lineEnd + 2, lineEnd + 2 + length);
    parts.push(body);
    at = lineEnd + 2 + length + 2;
    if (length === 0 && at === rest.length) {
      return { status, headers, body: Buffer.concat(parts).toString(), isWhole: true };
    }
  }
  return { status, headers, body: Buffer.concat(parts).toString(), isWhole: false };
}

/** The data of the server-sent events in a body, in order. */
export function eventData(body: string): string[] {
  return body
    .split(/\r?\n\r?\n/)
    .filter((event) => event.startsWith("data: "))
    .map((event) => event.slice("data: ".length));
}

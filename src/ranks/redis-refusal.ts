import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { messageOf, systemCode } from "../core/errors.ts";
import type { RedisAddress } from "./redis-address.ts";

const WAIT_MS = 2000;

/**
 * Why a server that is there does not let us in, in its own words: Bun's client says only that the connection was closed. Asks it once
 * more for a log-in (HELLO, redis.io/docs/latest/commands/hello).
 * @returns null where it lets us in, or is not there, which another try may change
 */
export function refusalOf(address: RedisAddress): Promise<string | null> {
  const { host, port, tls, login } = address;
  return new Promise((resolve) => {
    const socket: Socket = tls
      ? connectTls({ host, port, ...(/[a-z]/i.test(host) ? { servername: host } : {}) })
      : connectPlain({ host, port });
    const end = (why: string | null) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(WAIT_MS, () => end(null));
    socket.on("error", (error) => end(isOfTls(error) ? `TLS: ${messageOf(error)}` : null));
    socket.once(tls ? "secureConnect" : "connect", () => {
      const words = [
        "HELLO",
        "3",
        ...(login === null ? [] : ["AUTH", login.user || "default", login.password]),
      ];
      socket.write(commandOf(words));
    });
    socket.once("data", (bytes: Buffer) => {
      const line = bytes.toString().split("\r\n", 1)[0]!;
      end(line.startsWith("-") ? line.slice(1) : null);
    });
    socket.once("close", () => resolve(null));
  });
}

/** Of the certificate and the hand-shake, not of the way there. */
function isOfTls(error: unknown): boolean {
  return /CERT|SSL|TLS|SIGNATURE|ISSUER/.test(systemCode(error) ?? "");
}

/** Format: redis.io/docs/latest/develop/reference/protocol-spec, an array of bulk strings. */
function commandOf(words: readonly string[]): string {
  const bulks = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${bulks.join("")}`;
}

import { usageError } from "../core/errors.ts";

/** Redis's own. */
export const DEFAULT_REDIS_PORT = 6379;

/** Where ranks meet. */
export interface RedisAddress {
  host: string;
  port: number;
  tls: boolean;
  /** Number of the database on that server. */
  database: number;
  /** null: the server asks for none. Stays in memory; see `redisPlace`. */
  login: { user: string; password: string } | null;
}

/**
 * Reads `redis://[[user]:password@]host[:port][/database]`, with TLS as `rediss://`. No message shows the URL: it may hold a password.
 * Source: https://www.iana.org/assignments/uri-schemes/prov/redis
 * @throws ToolError USAGE
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.parse(text);
  const database = /^\/?(\d{0,4})$/.exec(url?.pathname ?? "-");
  if (url === null || !["redis:", "rediss:"].includes(url.protocol) || url.hostname === "") {
    throw wrong("it does not begin with redis:// or rediss:// and a host");
  }
  if (database === null || url.search !== "" || url.hash !== "")
    throw wrong("behind the host there may be a port and the database's number, as in /0, and no more");
  const password = decoded(url.password);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? DEFAULT_REDIS_PORT : Number(url.port),
    tls: url.protocol === "rediss:",
    database: Number(database[1]),
    login: password === "" ? null : { user: decoded(url.username), password },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong("a % in the user's name or the password is written %25");
  }
}

function wrong(why: string): Error {
  return usageError(`--redis-url: ${why}`, "As in redis://:password@host:6379, or rediss:// with TLS.");
}

/** What may be written down of it. */
export function redisPlace({ host, port, tls, database }: RedisAddress): Omit<RedisAddress, "login"> {
  return { host, port, tls, database };
}

/** As people write it, without the log-in. */
export function redisName({ host, port }: RedisAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { fetchRange, type RangeOptions } from "./fetch-range.ts";
import type { RetryCause } from "./try-again.ts";

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >>> 5);
/** How the server answers its next requests; then as it should. */
let faults: ((range: [number, number]) => Response)[] = [];
let ranges: string[] = [];
let conditions: (string | null)[] = [];
/** Bytes as a server sends them that has more. */
const part = (from: number, to: number, bytes: Uint8Array | ReadableStream, etag?: string) =>
  new Response(bytes, {
    status: 206,
    headers: {
      "content-range": `bytes ${from}-${to}/${content.length}`,
      ...(etag === undefined ? {} : { etag }),
    },
  });
let server: Bun.Server<undefined>;
beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const range = request.headers.get("range")!;
      ranges.push(range);
      conditions.push(request.headers.get("if-match"));
      const [from, to] = range.slice("bytes=".length).split("-").map(Number) as [number, number];
      return faults.shift()?.([from, to]) ?? part(from, to, content.slice(from, to + 1));
    },
  });
});
afterAll(() => server.stop(true));
beforeEach(() => {
  faults = [];
  ranges = [];
  conditions = [];
});

const status = (code: number) => () => new Response("no", { status: code });

async function get(more: Partial<RangeOptions> = {}, offset = 1000, bytes = 200_000, base = server.url.href) {
  const into = new Uint8Array(bytes);
  const causes: RetryCause[] = [];
  const pausesMs: number[] = [];
  const counts = { bytes: 0, requests: 0 };
  const options: RangeOptions = {
    timeoutMs: 10_000,
    retries: 3,
    signal: new AbortController().signal,
    jitter: () => 1,
    pause: async (ms) => {
      pausesMs.push(ms);
    },
    onBytes: (received) => {
      counts.bytes += received;
    },
    onRequest: () => {
      counts.requests++;
    },
    onRetry: (cause) => causes.push(cause),
    ...more,
  };
  const url = `${base}object`;
  const error = await fetchRange({ url, offset, bytes, into }, options).then(
    () => null,
    (thrown: Error) => thrown.message,
  );
  const isRight = Buffer.compare(into, content.subarray(offset, offset + bytes)) === 0;
  return { error, causes, isRight, pausesMs, ...counts };
}

test("gets the bytes of the range", async () => {
  expect(await get()).toEqual({
    error: null,
    causes: [],
    isRight: true,
    pausesMs: [],
    bytes: 200_000,
    requests: 1,
  });
  expect(ranges).toEqual(["bytes=1000-200999"]);
});

test("asks again where the store is busy", async () => {
  faults = [status(503), status(429), status(408)];
  expect(await get()).toMatchObject({
    error: null,
    causes: ["http-5xx", "http-429", "http-408"],
    isRight: true,
    pausesMs: [500, 1000, 2000],
  });
});

test("waits as long as the store asks for, within a bound, and by chance", async () => {
  const after = (text: string) => () => new Response("", { status: 503, headers: { "retry-after": text } });
  faults = [after("7"), after("86400"), after(new Date(Date.now() + 3_600_000).toUTCString()), after("soon")];
  expect((await get({ retries: 4 })).pausesMs).toEqual([7000, 30_000, 30_000, 4000]);
  faults = [status(503), status(503)];
  const chances = [0, 0.5];
  expect((await get({ jitter: () => chances.shift()! })).pausesMs).toEqual([250, 750]);
});

test("goes on where an answer ended early", async () => {
  faults = [([from, to]) => part(from, to, content.slice(from, from + 70_000))];
  expect(await get()).toMatchObject({ error: null, isRight: true, causes: ["short"], bytes: 200_000 });
  expect(ranges).toEqual(["bytes=1000-200999", "bytes=71000-200999"]);
});

test("goes on where a connection was reset", async () => {
  let answers = 0;
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, request) {
        const from = Number(/bytes=(\d+)-/.exec(request.toString())![1]);
        const whole = content.subarray(from, 1000 + 20_000);
        const sent = answers++ === 0 ? whole.subarray(0, 5000) : whole;
        const range = `content-range: bytes ${from}-${1000 + 20_000 - 1}/*`;
        socket.write(`HTTP/1.1 206 Partial Content\r\n${range}\r\ncontent-length: ${whole.length}\r\n\r\n`);
        socket.write(sent);
        socket.flush();
        if (sent !== whole) setTimeout(() => socket.terminate(), 20);
      },
    },
  });
  try {
    const got = await get({}, 1000, 20_000, `http://127.0.0.1:${listener.port}/`);
    expect(got).toMatchObject({ error: null, isRight: true, causes: ["reset"], requests: 2 });
    expect(got.bytes).toBe(20_000);
  } finally {
    listener.stop(true);
  }
});

test("gives up within its bound, and says why", async () => {
  faults = [status(503), status(503), status(503)];
  expect(await get({ retries: 2 })).toMatchObject({
    error: "status 503",
    requests: 3,
    causes: ["http-5xx", "http-5xx"],
  });
});

test("does not ask again for what is not there", async () => {
  faults = [status(404)];
  expect(await get()).toMatchObject({ error: "status 404", requests: 1, causes: [] });
});

test("refuses the whole object in place of a part of it, and takes it in place of the whole", async () => {
  faults = [() => new Response(content)];
  expect(await get()).toMatchObject({ error: "the server does not answer range requests", requests: 1 });
  faults = [() => new Response(content)];
  expect(await get({}, 0, content.length)).toMatchObject({ error: null, isRight: true });
});

test("asks again after a time-out, and ends at once when the run does", async () => {
  const never = ([from, to]: [number, number]) =>
    part(from, to, new ReadableStream({ pull: () => new Promise(() => {}) }));
  faults = [never];
  expect(await get({ timeoutMs: 200 })).toMatchObject({ error: null, causes: ["timeout"], isRight: true });
  faults = [never];
  expect((await get({ signal: AbortSignal.timeout(100) })).error).not.toBeNull();
});

describe("bytes that are not those that were asked for are refused", () => {
  const answered = (contentRange: string | null) => () =>
    new Response(content.slice(0, 200_000), {
      status: 206,
      headers: contentRange === null ? {} : { "content-range": contentRange },
    });
  test.each([
    ["of another place", "bytes 0-199999/300000"],
    ["to another end", "bytes 1000-150000/300000"],
    ["in another unit", "lines 1000-200999/300000"],
    ["in several parts, or without a word of which", null],
  ])("%s", async (_, contentRange) => {
    faults = [answered(contentRange)];
    const { error, requests } = await get();
    expect(error).toBe(`the server sent ${contentRange ?? "something"} in place of bytes 1000-200999`);
    expect(requests).toBe(1);
  });

  const cut =
    (etag: string) =>
    ([from, to]: [number, number]) =>
      part(from, to, content.slice(from, from + 70_000), etag);

  test("of a version that took the place of the one before: it is read from the beginning, a bounded number of times", async () => {
    // A store that knows If-Match says so itself.
    faults = [cut('"one"'), status(412)];
    expect(await get()).toMatchObject({ error: null, isRight: true, requests: 3 });
    expect(conditions).toEqual([null, '"one"', null]);
    // Of one that does not, the answer tells.
    faults = [cut('"one"'), cut('"two"')];
    expect(await get()).toMatchObject({ error: null, isRight: true, requests: 3 });
    // Of servers that never agree none is believed.
    faults = [cut('"one"'), cut('"two"'), cut('"three"'), cut('"four"')];
    expect(await get()).toMatchObject({ error: "the object changed while it was read", requests: 4 });
  });

  test("but not where the store does not say strongly which version it is", async () => {
    faults = [cut('W/"one"')];
    expect(await get()).toMatchObject({ error: null, isRight: true });
    expect(conditions).toEqual([null, null]);
  });
});

test("is sent nowhere else, and says where it was to go, without what may be secret", async () => {
  faults = [() => Response.redirect("http://elsewhere/object?signature=secret", 307)];
  expect(await get()).toMatchObject({
    error: "status 307, which sends to http://elsewhere/object",
    requests: 1,
  });
});

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { fetchRange, type RangeOptions, type RetryCause } from "./fetch-range.ts";

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >>> 5);
/** How the server answers its next requests; then as it should. */
let faults: ((range: [number, number]) => Response)[] = [];
let ranges: string[] = [];
let server: Bun.Server<undefined>;
beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const range = request.headers.get("range")!;
      ranges.push(range);
      const [from, to] = range.slice("bytes=".length).split("-").map(Number) as [number, number];
      return faults.shift()?.([from, to]) ?? new Response(content.slice(from, to + 1), { status: 206 });
    },
  });
});
afterAll(() => server.stop(true));
beforeEach(() => {
  faults = [];
  ranges = [];
});

const status = (code: number) => () => new Response("no", { status: code });

async function get(more: Partial<RangeOptions> = {}, offset = 1000, bytes = 200_000, base = server.url.href) {
  const into = new Uint8Array(bytes);
  const causes: RetryCause[] = [];
  const counts = { bytes: 0, requests: 0 };
  const options: RangeOptions = {
    timeoutMs: 10_000,
    retries: 3,
    signal: new AbortController().signal,
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
  return { error, causes, isRight, ...counts };
}

test("gets the bytes of the range", async () => {
  expect(await get()).toEqual({ error: null, causes: [], isRight: true, bytes: 200_000, requests: 1 });
  expect(ranges).toEqual(["bytes=1000-200999"]);
});

test("asks again where the store is busy", async () => {
  faults = [status(503), status(429), status(500)];
  expect(await get()).toMatchObject({
    error: null,
    causes: ["http-5xx", "http-429", "http-5xx"],
    isRight: true,
  });
});

test("goes on where an answer ended early", async () => {
  faults = [([from]) => new Response(content.slice(from, from + 70_000), { status: 206 })];
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
        socket.write(`HTTP/1.1 206 Partial Content\r\ncontent-length: ${whole.length}\r\n\r\n`);
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
  const never = () =>
    new Response(new ReadableStream({ pull: () => new Promise(() => {}) }), { status: 206 });
  faults = [never];
  expect(await get({ timeoutMs: 200 })).toMatchObject({ error: null, causes: ["timeout"], isRight: true });
  faults = [never];
  expect((await get({ signal: AbortSignal.timeout(100) })).error).not.toBeNull();
});

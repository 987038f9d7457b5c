/** What the way to a server does, and how often it did. */
export interface FaultyProxy {
  url: string;
  busy: number;
  brokenOff: number;
  stop(): Promise<void>;
}

const SLOW_BYTES_PER_S = 20e6;

/** Passes requests on, but for every hundredth, which the server is too busy for, and every fiftieth answer, which breaks off. */
export function startFaultyProxy(target: string): FaultyProxy {
  let requests = 0;
  const proxy = { url: "", busy: 0, brokenOff: 0, stop: async () => {} };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      if (!request.headers.has("range")) return fetch(target + pathname + search);
      requests++;
      if (requests % 100 === 0) {
        proxy.busy++;
        return new Response("SlowDown", { status: 503 });
      }
      const answer = await fetch(target + pathname + search, {
        headers: only(request.headers, ["range", "if-match"]),
      });
      const bytes = await answer.bytes();
      await Bun.sleep((1000 * bytes.length) / SLOW_BYTES_PER_S);
      const breaksOff = requests % 50 === 7;
      if (breaksOff) proxy.brokenOff++;
      return new Response(breaksOff ? bytes.subarray(0, bytes.length / 2) : bytes, {
        status: answer.status,
        headers: only(answer.headers, ["content-range", "etag"]),
      });
    },
  });
  proxy.url = server.url.origin;
  proxy.stop = () => server.stop(true);
  return proxy;
}

function only(headers: Headers, names: readonly string[]): [string, string][] {
  return names.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as [string, string]];
  });
}

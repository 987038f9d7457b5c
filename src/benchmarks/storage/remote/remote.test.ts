import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStorageThread } from "../../../workers.ts";
import { type Layout, layouts } from "../dataset/dataset.ts";
import { INDEX_FILE, MANIFEST_FILE } from "../dataset/manifest.ts";
import { generate } from "../generate/generate.ts";
import type { MicrobatchRow } from "../pipeline/rows.ts";
import { runPipeline } from "../pipeline/run.ts";
import { expandBraces } from "./brace-expansion.ts";
import type { Remote } from "./location.ts";
import { openRemote } from "./open-remote.ts";

const SAMPLES = 40;
let folder: string;
let server: Bun.Server<undefined>;
/** Every so many requests for data fails, in turn: busy, or too short. 0: none. */
let failEvery = 0;
let requests = 0;
/** Between the first bytes of a body and the others. */
let bodyPauseMs = 0;
let hasIndex = true;
/** Without which the store answers nothing; null: it answers anyone. */
let bearer: string | null = null;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-store-"));
  for (const layout of layouts) {
    const sampleBytes = { kind: "fixed", value: 30_000 } as const;
    await generate(join(folder, layout), {
      layout,
      samples: SAMPLES,
      sampleBytes,
      samplesPerShard: 15,
      seed: 1,
    });
  }
  server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
});
afterAll(async () => {
  await server.stop(true);
  rmSync(folder, { recursive: true });
});

/** A store for anyone: `/bucket/LAYOUT/NAME`, and `/bucket?list-type=2&prefix=…` in pages of 25. */
async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname.endsWith("/token")) return Response.json({ access_token: "good", expires_in: 3600 });
  if (bearer !== null && request.headers.get("authorization") !== `Bearer ${bearer}`) {
    return new Response("", { status: 401 });
  }
  if (url.searchParams.get("list-type") === "2") return listing(url.searchParams);
  const name = decodeURIComponent(url.pathname.replace("/bucket/", ""));
  const isIndex = name.endsWith(MANIFEST_FILE) || name.endsWith(INDEX_FILE);
  const file = Bun.file(join(folder, name));
  if ((isIndex && !hasIndex) || !(await file.exists())) return new Response("", { status: 404 });
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "");
  if (range === null) return new Response(file);
  const bytes = await file.slice(Number(range[1]), Number(range[2]) + 1).bytes();
  const part = {
    status: 206,
    headers: { "content-range": `bytes ${range[1]}-${range[2]}/${file.size}`, etag: `"${name}"` },
  };
  requests++;
  if (failEvery > 0 && requests % failEvery === 0) {
    if (requests % (2 * failEvery) === 0) return new Response("SlowDown", { status: 503 });
    return new Response(bytes.subarray(0, 5000), part);
  }
  return new Response(bodyPauseMs === 0 ? bytes : slowly(bytes), part);
}

async function* slowly(bytes: Uint8Array) {
  yield bytes.subarray(0, 100);
  await Bun.sleep(bodyPauseMs);
  yield bytes.subarray(100);
}

function listing(query: URLSearchParams): Response {
  const layout = query.get("prefix")!.replace(/\/$/, "");
  const from = Number(query.get("continuation-token") ?? 0);
  const names = readdirSync(join(folder, layout))
    .filter((name) => !name.startsWith("inferbench-"))
    .sort();
  const contents = names
    .slice(from, from + 25)
    .map(
      (name) =>
        `<Contents><Key>${layout}/${name}</Key><Size>${Bun.file(join(folder, layout, name)).size}</Size></Contents>`,
    );
  const isMore = from + 25 < names.length;
  const next = isMore ? `<NextContinuationToken>${from + 25}</NextContinuationToken>` : "";
  return new Response(
    `<ListBucketResult>${contents.join("")}<IsTruncated>${isMore}</IsTruncated>${next}</ListBucketResult>`,
  );
}

const http = (layout: Layout): Remote => ({
  kind: "http",
  base: `${server.url}bucket/${layout}/`,
  shards: null,
});
const s3 = (layout: Layout): Remote => ({
  kind: "s3",
  bucket: "bucket",
  prefix: `${layout}/`,
  endpoint: server.url.origin,
  region: "us-east-1",
  credentials: null,
});

const gs = (layout: Layout): Remote => ({
  kind: "gs",
  bucket: "bucket",
  prefix: `${layout}/`,
  endpoint: server.url.origin,
  credentials: { kind: "metadata", base: server.url.origin },
});

const opening = {
  timeoutMs: 20_000,
  retries: 2,
  signal: new AbortController().signal,
  jitter: () => 0,
  pause: async () => {},
};

async function readOnce(remote: Remote, verify = true, warmupSteps = 0) {
  const dataset = await openRemote(remote, opening);
  const microbatchSize = 2;
  const firstByteMs: number[] = [];
  const rows: MicrobatchRow[] = [];
  const done = await runPipeline(
    {
      access: {
        samples: dataset.fileOf.length,
        order: { kind: "shuffled" },
        sharding: "interleaved",
        seed: 1,
        microbatchSize,
        rank: 0,
        ranks: 1,
        workers: 4,
      },
      source: { kind: "remote", dataset, remote, timeoutMs: 20_000, retries: 6, verify },
      steps: {
        warmupSteps,
        steps: SAMPLES / microbatchSize - warmupSteps,
        microbatchesPerStep: 1,
        prefetchDepth: 1,
        computeMs: { kind: "fixed", value: 0 },
        seed: 0,
      },
    },
    {
      startThread: startStorageThread,
      onRows: (more) => rows.push(...more),
      onFirstBytes: (ms) => firstByteMs.push(...ms),
    },
  );
  return { ...done, rows, firstByteMs };
}

describe.each(layouts)("layout %s", (layout) => {
  test.each<[string, (layout: Layout) => Remote]>([
    ["HTTP", http],
    ["S3", s3],
  ])("over %s: every byte of every sample once", async (_, remote) => {
    const { failure, visits, network } = await readOnce(remote(layout));
    expect(failure).toBeNull();
    expect([...visits]).toEqual(new Array(SAMPLES).fill(1));
    expect(network!.requests).toBe(SAMPLES);
  });

  test("from a store that is busy and ends answers early: nothing is lost, and it is counted", async () => {
    failEvery = 9;
    try {
      const { failure, visits, network } = await readOnce(s3(layout));
      expect(failure).toBeNull();
      expect([...visits]).toEqual(new Array(SAMPLES).fill(1));
      const { "http-5xx": busy, short } = network!.retries;
      expect(busy).toBeGreaterThan(0);
      expect(short).toBeGreaterThan(0);
      expect(network!.requests).toBe(SAMPLES + busy + short);
    } finally {
      failEvery = 0;
    }
  });
});

describe("the time to the first byte", () => {
  test("is there for each counted read, and as the mean of each microbatch's", async () => {
    const { rows, firstByteMs } = await readOnce(s3("tar"), true, 4);
    // Readers go on with what they may load ahead: all of it is counted by here.
    expect(firstByteMs.length).toBe(SAMPLES - 4 * 2);
    expect(Math.min(...firstByteMs)).toBeGreaterThan(0);
    const counted = rows.filter(({ step }) => step >= 0);
    for (const row of counted) {
      expect(row.firstByteMs).toBeGreaterThan(0);
      expect(row.firstByteMs * 2).toBeLessThanOrEqual(row.readEndAt - row.readStartAt + 0.01);
    }
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(firstByteMs)).toBeCloseTo(2 * sum(counted.map((row) => row.firstByteMs)), 6);
  });

  test("ends with the first byte, not with the last, and has the pauses of failed tries in it", async () => {
    [bodyPauseMs, failEvery] = [40, 9];
    try {
      const { rows, firstByteMs } = await readOnce(s3("files"));
      for (const row of rows) {
        // Two reads of a microbatch, each of which waits for the rest of its body.
        expect(row.readEndAt - row.readStartAt - 2 * row.firstByteMs).toBeGreaterThan(40);
      }
      // Of a status 503 the pause of 250 to 500 ms.
      expect(Math.max(...firstByteMs)).toBeGreaterThan(245);
    } finally {
      [bodyPauseMs, failEvery] = [0, 0];
    }
  });
});

describe("a bucket without index files", () => {
  beforeAll(() => {
    hasIndex = false;
  });
  afterAll(() => {
    hasIndex = true;
  });

  test("has a sample in each object, over several pages of its list", async () => {
    const { failure, visits } = await readOnce(s3("files"), false);
    expect([failure, visits.length]).toEqual([null, SAMPLES]);
  });

  test("says which objects have nothing in them", async () => {
    expect((await openRemote(s3("files"), opening)).oddities.empty).toBeNull();
    for (const layout of ["files", "tar"] as const) {
      const empty = join(folder, layout, "empty.tar");
      writeFileSync(empty, "");
      const { fileOf, oddities } = await openRemote(s3(layout), opening);
      rmSync(empty);
      expect([fileOf.length, oddities.empty]).toEqual([SAMPLES, { files: 1, first: "empty.tar" }]);
    }
  });

  test("of tar shards has those that their headers tell, which are the same", async () => {
    hasIndex = true;
    const indexed = await openRemote(s3("tar"), opening);
    hasIndex = false;
    const { layout, files, fileOf, offset, bytes } = await openRemote(s3("tar"), opening);
    expect([layout, files, fileOf, offset, bytes]).toEqual([
      "tar",
      indexed.files,
      indexed.fileOf,
      indexed.offset,
      indexed.bytes,
    ]);
    const { failure, visits } = await readOnce(s3("tar"), false);
    expect([failure, [...visits]]).toEqual([null, new Array(SAMPLES).fill(1)]);
  });

  test("of tar shards that are named on a web server has the same", async () => {
    const shards = expandBraces("shard_{000000..000002}.tar");
    const named: Remote = { ...(http("tar") as Remote & { kind: "http" }), shards };
    const { fileOf, offset, bytes } = await openRemote(s3("tar"), opening);
    expect(await openRemote(named, opening)).toMatchObject({ layout: "tar", fileOf, offset, bytes });
    const { failure, visits } = await readOnce(named, false);
    expect([failure, [...visits]]).toEqual([null, new Array(SAMPLES).fill(1)]);
    await expect(openRemote({ ...named, shards: ["gone.tar"] }, opening)).rejects.toThrow(
      /cannot read .*: gone\.tar: status 404/,
    );
  });

  test("on a web server is refused", async () => {
    await expect(openRemote(http("files"), opening)).rejects.toThrow(/there is no inferbench-dataset.json/);
  });
});

test("an object that is not there ends the run and is named", async () => {
  const remote = s3("files");
  const dataset = await openRemote(remote, opening);
  const files = [...dataset.files.slice(0, 7), `${dataset.root}/gone`, ...dataset.files.slice(8)];
  const { failure } = await runPipeline(
    {
      access: {
        samples: SAMPLES,
        order: { kind: "sequential" },
        sharding: "interleaved",
        seed: 1,
        microbatchSize: 1,
        rank: 0,
        ranks: 1,
        workers: 1,
      },
      source: {
        kind: "remote",
        dataset: { ...dataset, files },
        remote,
        timeoutMs: 20_000,
        retries: 1,
        verify: false,
      },
      steps: {
        warmupSteps: 0,
        steps: SAMPLES,
        microbatchesPerStep: 1,
        prefetchDepth: 1,
        computeMs: { kind: "fixed", value: 0 },
        seed: 0,
      },
    },
    { startThread: startStorageThread },
  );
  expect(failure!.message).toContain("cannot read sample 7 of s3://bucket/files/gone: status 404");
});

test("a store that does not answer is an error of the environment", async () => {
  const closed = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const base = closed.url.href;
  await closed.stop(true);
  await expect(openRemote({ kind: "http", base, shards: null }, opening)).rejects.toMatchObject({
    code: "DATA_UNREACHABLE",
    exit: 4,
    // What a web server has nothing to do with is not advised.
    hint: expect.not.stringMatching(/s3|credentials/i),
  });
});

describe("gs://", () => {
  afterEach(() => {
    [bearer, hasIndex] = [null, true];
  });

  test.each([true, false])("is read with an access token, with index files: %p", async (isIndexed) => {
    [bearer, hasIndex] = ["good", isIndexed];
    const { failure, visits } = await readOnce(gs("files"), isIndexed);
    expect([failure, [...visits]]).toEqual([null, Array(SAMPLES).fill(1)]);
  });

  test("a token that the store does not take is an error", async () => {
    bearer = "another";
    expect(openRemote(gs("files"), opening)).rejects.toThrow(
      /cannot read gs:\/\/bucket\/files\/: status 401/,
    );
    await openRemote(gs("files"), opening).catch(() => {});
  });
});

describe("a store that makes difficulties while samples are looked for", () => {
  const secret = { accessKeyId: "id", secretAccessKey: "secret", sessionToken: null };
  const places: [string, (origin: string) => Remote][] = [
    ["a web server", (origin) => ({ kind: "http", base: `${origin}/bucket/files/`, shards: null })],
    ["a public bucket", (origin) => ({ ...s3("files"), endpoint: origin }) as Remote],
    ["a bucket", (origin) => ({ ...s3("files"), endpoint: origin, credentials: secret }) as Remote],
  ];
  /** A server that answers its first requests so, and is then the store. */
  const behind = async (
    first: ((request: Request) => Response | Promise<Response>)[],
    use: (origin: string) => Promise<void>,
  ) => {
    const front = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) => (first.shift() ?? answer)(request),
    });
    try {
      await use(front.url.origin);
    } finally {
      await front.stop(true);
    }
  };
  const busy = () => new Response("", { status: 503 });
  const noIndex = () => new Response("", { status: 404 });
  const silent = () => new Promise<Response>(() => {});

  test.each(places)("is asked again: %s", async (name, placeAt) => {
    const first = name === "a web server" ? [busy, busy] : [busy, noIndex, busy, busy];
    await behind(first, async (origin) => {
      expect((await openRemote(placeAt(origin), opening)).fileOf.length).toBe(SAMPLES);
      expect(first).toEqual([]);
    });
  });

  test.each(places)("is not waited for without end: %s", async (name, placeAt) => {
    const first = name === "a web server" ? [silent] : [noIndex, silent];
    await behind(first, async (origin) => {
      const opened = openRemote(placeAt(origin), { ...opening, timeoutMs: 100, retries: 0 });
      await expect(opened).rejects.toMatchObject({ code: "DATA_UNREACHABLE" });
    });
  });

  test.each([...places, ["a bucket of shards", (origin) => ({ ...s3("tar"), endpoint: origin }) as Remote]])(
    "is left when the user has had enough: %s",
    async (name, placeAt) => {
      const user = new AbortController();
      const interrupting = () => {
        user.abort();
        return silent();
      };
      const before = { "a web server": 0, "a bucket of shards": 2 }[name as string] ?? 1;
      await behind([...[noIndex, answer].slice(0, before), interrupting], async (origin) => {
        const opened = openRemote(placeAt(origin), { ...opening, signal: user.signal });
        await expect(opened).rejects.toMatchObject({ code: "INTERRUPTED" });
      });
    },
  );

  test("is not followed to another, as with samples", async () => {
    await behind([() => Response.redirect("http://elsewhere/?key=secret")], async (origin) => {
      await expect(openRemote(places[0]![1](origin), opening)).rejects.toThrow(
        /: status 302, which sends to http:\/\/elsewhere\/$/,
      );
    });
  });
});

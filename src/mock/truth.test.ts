import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseFreeze } from "./engine/freeze.ts";
import { parseFault } from "./faults/parse.ts";
import { startMock } from "./server.ts";
import type { MockOptions } from "./settings.ts";
import { CHAT, COMPLETIONS, chatBody, promptBody, stream } from "./testing/client.ts";
import { eventData, parseAnswer, postBytes } from "./testing/raw-client.ts";
import { generatedText } from "./text/words.ts";
import type { TruthRecord } from "./truth/truth-record.ts";

/** Runs `use` against a mock. @returns the truth in the order of request numbers */
async function truthOf(
  options: MockOptions,
  use: (port: number) => Promise<unknown>,
): Promise<TruthRecord[]> {
  const records: TruthRecord[] = [];
  const mock = await startMock({ ...options, onTruth: (record) => records.push(record) });
  await use(mock.port);
  await mock.stop();
  return records.toSorted((a, b) => a.number - b.number);
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

test("the truth file agrees with what clients saw", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mock-truth-"));
  const truthPath = join(folder, "truth.jsonl");
  const mock = await startMock({ engine: { kind: "fixed", ttftMs: 30, itlMs: 10 }, truthPath });
  const seen = await Promise.all(
    [CHAT, COMPLETIONS, CHAT].map((path, i) => {
      const body = path === CHAT ? chatBody(8 + i) : promptBody(8 + i);
      return stream(mock.port, path, body, { "x-request-id": `r${i}` });
    }),
  );
  await mock.stop();
  const lines = readFileSync(truthPath, "utf8").trimEnd().split("\n");
  const records = lines.map((line) => JSON.parse(line) as TruthRecord);
  rmSync(folder, { recursive: true });
  expect(records.length).toBe(3);
  for (const [i, { chunks, pieces, status }] of seen.entries()) {
    const truth = records.find(({ requestId }) => requestId === `r${i}`)!;
    expect(truth).toMatchObject({
      id: chunks[0]!.id!,
      path: `POST ${[CHAT, COMPLETIONS, CHAT][i]}`,
      status,
      promptTokens: 3,
      outputTokens: 8 + i,
      finishReason: "length",
      fault: null,
      aborted: false,
      isStream: true,
    });
    expect(truth.plannedTokenUs).toEqual(Array.from({ length: 8 + i }, (_, k) => 30_000 + 10_000 * k));
    expect(truth.tokenUs.every((us, k) => us >= truth.plannedTokenUs[k]!)).toBe(true);
    expect(truth.firstTokenAt! - truth.receivedAt).toBeCloseTo(truth.tokenUs[0]! / 1000, 2);
    expect(truth.lastTokenAt! - truth.receivedAt).toBeCloseTo(truth.tokenUs.at(-1)! / 1000, 2);
    // A client sees a token after it was written: the same clock, so the difference is never negative.
    const lastSeenAt = pieces.at(-1)!.atMs;
    expect(lastSeenAt).toBeGreaterThanOrEqual(truth.lastTokenAt!);
    expect(pieces[0]!.atMs).toBeLessThan(truth.firstTokenAt!);
  }
});

test("a model may have a TTFT of its own", async () => {
  const models = { models: ["a", "b"], modelTtftMs: new Map([["b", 30]]) };
  const [a, b] = await truthOf(
    { ...models, engine: { kind: "fixed", ttftMs: 10, itlMs: 5 } },
    async (port) => {
      for (const model of ["a", "b"]) await stream(port, COMPLETIONS, promptBody(2, { model }));
    },
  );
  expect([a!.plannedTokenUs, b!.plannedTokenUs]).toEqual([
    [10_000, 15_000],
    [30_000, 35_000],
  ]);
});

test("tokens leave at their instants, with several streams at once", async () => {
  const records = await truthOf({ engine: { kind: "fixed", ttftMs: 50, itlMs: 10 } }, (port) =>
    Promise.all(Array.from({ length: 16 }, () => stream(port, COMPLETIONS, promptBody(20)))),
  );
  const lateUs = records.flatMap(({ tokenUs, plannedTokenUs }) =>
    tokenUs.map((us, k) => us - plannedTokenUs[k]!),
  );
  expect(lateUs.length).toBe(16 * 20);
  expect(Math.min(...lateUs)).toBeGreaterThanOrEqual(0);
  // About 20 µs on a quiet machine; a busy one must not fail the test, but a drift would.
  expect(median(lateUs)).toBeLessThan(100_000);
});

test("a client that reads late gets every byte, and the truth says that the mock was held up", async () => {
  const tokens = 60_000;
  const options = { engine: { kind: "fixed", ttftMs: 1, itlMs: 0.001 }, maxModelLen: 100_000 } as const;
  let body = "";
  const [truth] = await truthOf(options, async (port) => {
    const ended = Promise.withResolvers<void>();
    const pieces: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => {
      socket.pause();
      socket.write(postBytes(COMPLETIONS, promptBody(tokens, { stream: true })));
    });
    socket.on("data", (bytes: Buffer) => pieces.push(bytes));
    socket.on("close", () => ended.resolve());
    // The mock's buffers are full long before the answer is whole.
    while (
      !(await metricsOf(port)).includes(
        `generation_tokens_total{engine="0",model_name="mock-model"} ${tokens}`,
      )
    ) {
      await Bun.sleep(5);
    }
    socket.resume();
    await ended.promise;
    body = parseAnswer(Buffer.concat(pieces)).body;
  });
  expect(truth!.blockedWrites).toBeGreaterThan(0);
  const texts = eventData(body)
    .slice(0, tokens)
    .map((data) => JSON.parse(data).choices[0].text);
  expect(texts.join("")).toBe(generatedText(1, 1, tokens));
});

async function metricsOf(port: number): Promise<string> {
  return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

describe("batching on the wall clock", () => {
  const engine = {
    kind: "batching",
    maxNumSeqs: 2,
    maxBatchedTokens: 8192,
    prefillTokensPerS: 1000,
    stepBaseMs: 5,
    stepPerSeqMs: 1,
  } as const;

  test("one request alone has the model's instants exactly", async () => {
    const [truth] = await truthOf({ engine }, (port) => stream(port, COMPLETIONS, promptBody(4)));
    expect(truth?.plannedTokenUs).toEqual([9000, 15_000, 21_000, 27_000]);
    expect(truth?.admittedAt).toBe(truth!.receivedAt);
  });

  test("a third request waits for a slot, and the truth shows how long", async () => {
    const records = await truthOf({ engine }, (port) =>
      Promise.all([1, 2, 3].map(() => stream(port, COMPLETIONS, promptBody(5)))),
    );
    const ends = records.map(({ endAt }) => endAt);
    const last = records[2]!;
    expect(last.admittedAt!).toBeGreaterThan(last.receivedAt + 20);
    expect(last.admittedAt!).toBeLessThanOrEqual(Math.min(...ends));
  });

  test("a small cache preempts, and every answer is complete all the same", async () => {
    const records = await truthOf({ engine, kvTokens: 24 }, (port) =>
      Promise.all([1, 2].map(() => stream(port, COMPLETIONS, promptBody(18)))),
    );
    expect(records.map(({ outputTokens }) => outputTokens)).toEqual([18, 18]);
    expect(records.map(({ preemptions }) => preemptions)).toEqual([0, 1]);
  });

  test("a request that no cache can hold is refused", async () => {
    const [truth] = await truthOf({ engine, kvTokens: 24 }, (port) =>
      stream(port, COMPLETIONS, promptBody(22)),
    );
    expect(truth?.status).toBe(400);
  });

  test("a request that breaks off leaves the others' steps as they are", async () => {
    const faults = [parseFault("reset:2@1")];
    const records = await truthOf({ engine, faults }, (port) =>
      Promise.all([1, 2].map(() => stream(port, COMPLETIONS, promptBody(8)))),
    );
    const gapsUs = records[1]!.plannedTokenUs.slice(1).map((us, k) => us - records[1]!.plannedTokenUs[k]!);
    expect(records.map(({ outputTokens }) => outputTokens)).toEqual([2, 8]);
    expect(Math.min(...gapsUs)).toBeGreaterThanOrEqual(6000);
    expect(Math.max(...gapsUs)).toBeLessThanOrEqual(7001);
  });

  test("a freeze makes one long gap", async () => {
    const [truth] = await truthOf({ engine, freezes: [parseFreeze("100ms@20ms")] }, (port) =>
      stream(port, COMPLETIONS, promptBody(6)),
    );
    expect(truth?.plannedTokenUs).toEqual([9000, 15_000, 121_000, 127_000, 133_000, 139_000]);
  });
});

test("fixed: tokens due in a freeze leave together at its end", async () => {
  const engine = { kind: "fixed", ttftMs: 10, itlMs: 10 } as const;
  const [truth] = await truthOf({ engine, freezes: [parseFreeze("50ms@25ms")] }, (port) =>
    stream(port, COMPLETIONS, promptBody(10)),
  );
  expect(truth?.plannedTokenUs).toEqual([10, 20, 75, 75, 75, 75, 75, 80, 90, 100].map((ms) => ms * 1000));
  expect(new Set(truth?.tokenUs.slice(2, 7)).size).toBe(1);
});

describe("a client that goes away", () => {
  test.each([
    { kind: "fixed", ttftMs: 10, itlMs: 10 },
    {
      kind: "batching",
      maxNumSeqs: 1,
      maxBatchedTokens: 8192,
      prefillTokensPerS: 1e6,
      stepBaseMs: 5,
      stepPerSeqMs: 0,
    },
  ] as const)("frees its place: $kind", async (engine) => {
    const records = await truthOf({ engine }, async (port) => {
      await new Promise<void>((resolve) => {
        const socket = connect(port, "127.0.0.1", () =>
          socket.write(postBytes(COMPLETIONS, promptBody(10_000, { stream: true }))),
        );
        socket.on("data", (bytes) => {
          if (bytes.includes("data:")) socket.destroy();
        });
        socket.on("close", () => resolve());
      });
      expect((await stream(port, COMPLETIONS, promptBody(2))).isDone).toBe(true);
    });
    expect(records[0]).toMatchObject({ aborted: true, finishReason: null, number: 1 });
    expect(records[0]!.outputTokens).toBeGreaterThan(0);
    expect(records[1]).toMatchObject({ aborted: false, outputTokens: 2 });
  });

  test("stopping the server records what is in flight", async () => {
    const records = await truthOf({ engine: { kind: "fixed", ttftMs: 60_000, itlMs: 10 } }, async (port) => {
      const socket = connect(port, "127.0.0.1", () =>
        socket.write(postBytes(COMPLETIONS, promptBody(2, { stream: true }))),
      );
      socket.on("error", () => {});
      await new Promise<void>((resolve) => socket.once("data", () => resolve()));
    });
    expect(records).toMatchObject([{ aborted: true, status: 200, outputTokens: 0, firstTokenAt: null }]);
  });
});

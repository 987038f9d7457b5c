import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quantile } from "../../src/analysis/quantile.ts";
import { addTokenGaps, e2elMs, tpotMs, ttftMs } from "../../src/benchmarks/serving/metrics.ts";
import type { RequestRecord } from "../../src/benchmarks/serving/record.ts";
import { emptyFolder, run } from "../support/binary.ts";
import { closest } from "../support/closest.ts";
import { measure } from "../support/measure.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

const TTFT_MS = 200;
const ITL_MS = 40;
const TOKENS = 26;
/** One request's time: 1.2 s. */
const REQUEST_MS = TTFT_MS + (TOKENS - 1) * ITL_MS;

const TOLERANCE_MS = 2;

setDefaultTimeout(180_000);

let mock: MockProcess;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", `${TTFT_MS}ms`, "--itl", `${ITL_MS}ms`);
});
afterAll(() => mock.stop());

const prompts = {
  describe: { kind: "test" },
  at: (i: number) => ({ text: `number ${i}`, promptTokens: 2, maxTokens: TOKENS }),
};

function median(records: readonly RequestRecord[], of: (r: RequestRecord) => number | null): number {
  const values = records.map(of).filter((v) => v !== null);
  return quantile(Float64Array.from(values).sort(), 0.5)!;
}

/** ms */
interface Medians {
  ttft: number;
  itl: number;
  tpot: number;
  e2el: number;
}

/** How far medians lie from what the mock was told, ms. */
const errorsOf = ({ ttft, itl, tpot, e2el }: Medians) => [
  Math.abs(ttft - TTFT_MS),
  Math.abs(itl - ITL_MS),
  Math.abs(tpot - ITL_MS),
  // Twice the room: it is TTFT and 25 gaps.
  Math.abs(e2el - REQUEST_MS) / 2,
];

test.each([
  [1, 8],
  [64, 300],
])("known TTFT and ITL come back at %d streams", async (streams, requests) => {
  const worst = await closest(TOLERANCE_MS, async () => {
    const { records: all, result } = await measure(mock.url, {
      load: {
        kind: "open",
        arrival: { kind: "poisson", ratePerS: (streams * 1000) / REQUEST_MS },
        concurrency: null,
      },
      stop: { durationMs: null, requests },
      // Connections and compiled code are there before the first request that counts.
      warmupRequests: 16,
      warmupPrompts: prompts,
      drainMs: 20_000,
      prompts,
    });
    // Held back by a cap, there would be fewer streams than the test's name says.
    expect(result.hitCap).toBeNull();
    const records = all.filter((r) => r.stage === "run");
    expect(records.map((r) => r.failure)).toEqual(records.map(() => null));
    expect(records.length).toBe(requests);
    expect(records.every((r) => r.usage?.completionTokens === TOKENS && r.channels.answer === TOKENS)).toBe(
      true,
    );
    const gaps: number[] = [];
    for (const r of records) addTokenGaps(r, gaps);
    // Tokens that come in one read with the first have no gap of their own.
    expect(gaps.length).toBeGreaterThan(0.95 * requests * (TOKENS - 1));
    expect(gaps.length).toBeLessThanOrEqual(requests * (TOKENS - 1));
    return errorsOf({
      ttft: median(records, ttftMs),
      itl: quantile(Float64Array.from(gaps).sort(), 0.5)!,
      tpot: median(records, tpotMs),
      e2el: median(records, e2elMs),
    });
  });
  expect(worst).toBeLessThan(TOLERANCE_MS);
});

test("known TTFT and ITL come back at 512 streams", async () => {
  // By the executable: `bun test` holds 256 fetches at once, whatever BUN_CONFIG_MAX_HTTP_REQUESTS says.
  const flags = `--endpoint ${mock.url}/v1/completions --outdir out --no-cloud-probe --warmup 16 --output-tokens ${TOKENS}`;
  const load = `--rate ${(512_000 / REQUEST_MS).toFixed(3)} --num-prompts 1300`;
  const worst = await closest(TOLERANCE_MS, async () => {
    const folder = emptyFolder();
    try {
      const { exit } = await run(["serving", ...`${flags} ${load}`.split(" ")], folder.path);
      expect(exit).toBe(0);
      const { whole, load: sent } = JSON.parse(readFileSync(join(folder.path, "out/summary.json"), "utf8"));
      expect([whole.requests.succeeded, sent.hitCap]).toEqual([1300, null]);
      expect(sent.peakInFlight).toBeGreaterThan(450);
      const { ttft, itl, tpot, e2el, outputTokens } = whole.metrics;
      expect([outputTokens.min, outputTokens.max]).toEqual([TOKENS, TOKENS]);
      expect(itl.n).toBeGreaterThan(0.95 * 1300 * (TOKENS - 1));
      const p50 = (metric: { quantiles: { p50: { value: number } } }) => metric.quantiles.p50.value;
      return errorsOf({ ttft: p50(ttft), itl: p50(itl), tpot: p50(tpot), e2el: p50(e2el) });
    } finally {
      folder.remove();
    }
  });
  expect(worst).toBeLessThan(TOLERANCE_MS);
});

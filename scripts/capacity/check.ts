/** `profile --find-capacity` beside the true capacity of the mock's model, seed by seed; exit 1 where they differ too often. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { capacity } from "../../src/mock/engine/capacity.ts";
import { goodRequests, trueCapacity } from "../../src/mock/engine/true-capacity.fake.ts";

const BINARY = join(import.meta.dir, `../../dist/inferbench-linux-${process.arch}`);

/** About 36 req/s and 440 tokens/s at capacity: little for a client, and a search is over in two minutes. */
const PARAMS = {
  maxNumSeqs: 8,
  maxBatchedTokens: 8192,
  prefillTokensPerS: 20_000,
  stepBaseMs: 10,
  stepPerSeqMs: 0.3,
  kvTokens: 200_000,
};
const PROMPT_TOKENS = 50;
const OUTPUT_TOKENS = 12;
const LIMITS = { ttftMs: 120, tpotMs: 20 };
const SHARE = 0.95;
const ORACLE_REQUESTS = 400_000;
const LEAST = 0.9;
/** 5: the client was unfit in one of the levels, as on a busy machine, which delays requests and so costs capacity. */
const USABLE_EXITS = [0, 5];

interface Found {
  capacity: { ratePerS: number | null; low: number | null; high: number | null; reason: string | null };
  levels: { saturated: boolean; figures: { validity: { verdict: string } } | null }[];
}

function truth(): number {
  const fluidPerS = capacity(PARAMS, PROMPT_TOKENS, OUTPUT_TOKENS).requestsPerS;
  const lengths = {
    promptTokens: [PROMPT_TOKENS, PROMPT_TOKENS],
    outputTokens: [OUTPUT_TOKENS, OUTPUT_TOKENS],
  } as const;
  const good = (ratePerS: number, requests: number) =>
    goodRequests({ params: PARAMS, ...lengths, ratePerS, seed: 1 }, requests, LIMITS);
  const truePerS = trueCapacity(good, SHARE, fluidPerS, ORACLE_REQUESTS);
  console.log(`requests that never run out: ${fluidPerS.toFixed(1)} req/s (closed form)`);
  console.log(`${100 * SHARE} % within the limits:  ${truePerS.toFixed(1)} req/s (model in virtual time)\n`);
  return truePerS;
}

async function search(url: string, folder: string, seed: number, requests: number, truePerS: number) {
  const outdir = join(folder, `seed-${seed}`);
  const flags = {
    endpoint: `${url}/v1/completions`,
    outdir,
    seed,
    "request-rates": `${(truePerS / 4).toFixed(1)},${(2 * truePerS).toFixed(1)}`,
    duration: "10",
    "early-stop-after": "3",
    slo: `ttft=${LIMITS.ttftMs}ms,tpot=${LIMITS.tpotMs}ms`,
    "capacity-requests": requests,
    "prompt-dist": "fixed",
    "prompt-tokens": PROMPT_TOKENS,
    "output-tokens": OUTPUT_TOKENS,
    figures: "none",
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = Bun.spawn(
    [BINARY, "profile", "--find-capacity", "--no-calibrate", "--no-cloud-probe", ...args],
    { stdin: "ignore", stdout: "ignore", stderr: "pipe" },
  );
  const [exit, stderr] = await Promise.all([child.exited, child.stderr.text()]);
  if (!USABLE_EXITS.includes(exit)) throw new Error(`profile ended with ${exit}:\n${stderr}`);
  return JSON.parse(readFileSync(join(outdir, "profile.json"), "utf8")) as Found;
}

function startMock(seed: number) {
  const flags = {
    port: 0,
    seed,
    engine: "batching",
    "max-num-seqs": PARAMS.maxNumSeqs,
    "max-num-batched-tokens": PARAMS.maxBatchedTokens,
    "prefill-tokens-per-s": PARAMS.prefillTokensPerS,
    "step-base": `${PARAMS.stepBaseMs}ms`,
    "step-per-seq": `${PARAMS.stepPerSeqMs}ms`,
    "kv-tokens": PARAMS.kvTokens,
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // It ends with this program, however that ends.
  return Bun.spawn([BINARY, "mock", "--stop-with-stdin", ...args], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
}

/** The table's line for one seed, and what counts of it. */
function judge(found: Found, truePerS: number) {
  const { ratePerS, low, high, reason } = found.capacity;
  const doubled = found.levels[1]!;
  const isClose = ratePerS !== null && Math.abs(ratePerS / truePerS - 1) <= 0.1;
  const isCovered =
    ratePerS !== null && (low ?? 0) <= truePerS && truePerS <= (high ?? Number.POSITIVE_INFINITY);
  const number = (value: number | null) => value?.toFixed(1) ?? "?";
  const error = ratePerS === null ? "" : `${(100 * (ratePerS / truePerS - 1)).toFixed(1)} %`;
  const unfit = found.levels.filter(({ figures }) => figures?.validity.verdict === "unfit").length;
  const columns = [number(ratePerS), error, `${number(low)} to ${number(high)}`, isClose ? "close" : "far"];
  const text = [
    ...columns,
    isCovered ? "covered" : "missed",
    doubled.saturated ? "stopped" : "not stopped",
    `${found.levels.length} levels, client unfit in ${unfit}`,
    reason ?? "",
  ];
  return { isClose, isCovered, isStopped: doubled.saturated, text: text.join(" · ") };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "10" },
      requests: { type: "string", default: "4000" },
    },
  });
  const seeds = Number(values.seeds);
  const truePerS = truth();
  const folder = mkdtempSync(join(tmpdir(), "inferbench-capacity-"));
  const counts = { close: 0, covered: 0, stopped: 0 };
  try {
    for (let seed = 1; seed <= seeds; seed++) {
      const mock = startMock(seed);
      try {
        const { value } = await mock.stdout.getReader().read();
        const url = Buffer.from(value!).toString().trim().split(" ").at(-1)!;
        const found = await search(url, folder, seed, Number(values.requests), truePerS);
        const { isClose, isCovered, isStopped, text } = judge(found, truePerS);
        counts.close += Number(isClose);
        counts.covered += Number(isCovered);
        counts.stopped += Number(isStopped);
        console.log(`seed ${seed}: ${text}`);
      } finally {
        mock.kill();
        await mock.exited;
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { close, covered, stopped } = counts;
  console.log(
    `\nwithin 10 %: ${close} of ${seeds} · covered: ${covered} · ended early at twice the capacity: ${stopped}`,
  );
  const least = Math.floor(LEAST * seeds);
  if (close < least || covered < least || stopped < least) process.exitCode = 1;
}

await main();

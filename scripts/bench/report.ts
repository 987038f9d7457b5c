import { appendFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { toLine } from "../../src/benchmarks/serving/record-line.ts";
import { fakeRecord } from "../../src/report/figures/serving/run.fake.ts";
import { emptyFolder } from "../../test/support/binary.ts";
import { Browser, chromium } from "../../test/support/browser.ts";
import { BINARY, finish, median, say, timed } from "./harness.ts";

/* What report.html of a killed run costs: to make, in memory, in bytes, and until it can be used in Chromium. */

/** Requests, and tokens of each answer. */
const SIZES = [
  [10_000, 16],
  [100_000, 16],
  [20_000, 500],
] as const;
const REPEATS = 5;
/** What a page of 100,000 requests may take. */
const MOST_BYTES = 5e6;
const MOST_MS = 2000;
/** What making one may take, however long its answers are. */
const MOST_RSS_BYTES = 500e6;

const folder = emptyFolder();
try {
  for (const [requests, tokens] of SIZES) await measure(requests, tokens);
} finally {
  folder.remove();
  finish();
}

async function measure(requests: number, tokens: number): Promise<void> {
  const directory = join(folder.path, `${requests}x${tokens}`);
  mkdirSync(directory);
  const file = join(directory, "requests.jsonl");
  for (let i = 0; i < requests; i += BATCH) {
    const lines = Array.from({ length: Math.min(BATCH, requests - i) }, (_, k) =>
      toLine(jittered(i + k, tokens)),
    );
    appendFileSync(file, `${lines.join("\n")}\n`);
  }
  const { wallMs, maxRssBytes } = await timed([BINARY, "report", directory, "--html"]);
  const page = join(directory, "report.html");
  const { size } = statSync(page);
  say(`page of ${requests} requests of ${tokens} tokens, made in`, `${(wallMs / 1000).toFixed(2)} s`);
  say("  memory", `${(maxRssBytes / 1e6).toFixed(0)} MB`, {
    text: "at most 500 MB",
    isMet: maxRssBytes <= MOST_RSS_BYTES,
  });
  say("  size", `${(size / 1e6).toFixed(2)} MB`, { text: "at most 5 MB", isMet: size <= MOST_BYTES });
  if (chromium === null) {
    say("  until it can be used", "not measured: no Chromium on PATH, and none named by CHROMIUM");
    return;
  }
  const ms = await interactiveMs(page, chromium);
  const text = `${median(ms).toFixed(0)} ms, median of ${REPEATS} (${ms.map((one) => one.toFixed(0)).join(", ")})`;
  say("  until it can be used", text, { text: "at most 2 s", isMet: median(ms) <= MOST_MS });
}

/** Lines written at a time. */
const BATCH = 1000;

/** Noise, so that nothing packs better than a real run's would. */
function jittered(i: number, tokens: number) {
  const record = fakeRecord(i, 500, tokens);
  const noise = (k: number) => (Math.imul(i + k, 2654435761) >>> 0) / 2 ** 32;
  const slow = 80 * noise(1);
  const later = (at: number | null) => (at === null ? null : at + slow);
  return {
    ...record,
    firstTokenAt: later(record.firstTokenAt),
    lastTokenAt: later(record.lastTokenAt),
    endAt: record.endAt + slow + noise(2),
    promptTokens: Math.floor(4000 * noise(3)),
  };
}

async function interactiveMs(page: string, program: string): Promise<number[]> {
  const browser = await Browser.start(program);
  try {
    const all: number[] = [];
    for (let i = 0; i < REPEATS; i++) {
      const opened = await browser.open(page, { width: 1400 });
      all.push(await opened.evaluate<number>("performance.getEntriesByName('interactive')[0].startTime"));
      await opened.close();
    }
    return all;
  } finally {
    await browser.close();
  }
}

import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toLine } from "../../src/benchmarks/serving/record-line.ts";
import { fakeRecord } from "../../src/report/figures/serving/run.fake.ts";
import { emptyFolder } from "../../test/support/binary.ts";
import { Browser, chromium } from "../../test/support/browser.ts";
import { BINARY, finish, median, say, timed } from "./harness.ts";

/* What report.html costs: to make, in bytes, and until it can be used in Chromium. */

const SIZES = [10_000, 100_000];
const REPEATS = 5;
/** What a page of 100,000 requests may take. */
const MOST_BYTES = 5e6;
const MOST_MS = 2000;

const folder = emptyFolder();
try {
  for (const requests of SIZES) await measure(requests);
} finally {
  folder.remove();
  finish();
}

async function measure(requests: number): Promise<void> {
  const directory = join(folder.path, String(requests));
  mkdirSync(directory);
  const lines = Array.from({ length: requests }, (_, i) => `${toLine(jittered(i))}\n`);
  writeFileSync(join(directory, "requests.jsonl"), lines.join(""));
  const { wallMs } = await timed([BINARY, "report", directory, "--html"]);
  const page = join(directory, "report.html");
  const { size } = statSync(page);
  say(`page of ${requests} requests, made in`, `${(wallMs / 1000).toFixed(2)} s`);
  say("  size", `${(size / 1e6).toFixed(2)} MB`, { text: "at most 5 MB", isMet: size <= MOST_BYTES });
  if (chromium === null) {
    say("  until it can be used", "not measured: no Chromium on PATH, and none named by CHROMIUM");
    return;
  }
  const ms = await interactiveMs(page, chromium);
  const text = `${median(ms).toFixed(0)} ms, median of ${REPEATS} (${ms.map((one) => one.toFixed(0)).join(", ")})`;
  say("  until it can be used", text, { text: "at most 2 s", isMet: median(ms) <= MOST_MS });
}

/** Noise, so that nothing packs better than a real run's would. */
function jittered(i: number) {
  const record = fakeRecord(i, 500, 16);
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

/** Measures what `inferbench serving` costs and how exact it is: prints each figure beside its target; exit 1 if one is missed. */
import { join } from "node:path";
import { finish, median, ROOT, say, serving, timed, withMock } from "./harness.ts";

const PAIRS = 3;
/** 64 streams, one event each 2.5 ms: 25,600 events/s. */
const STREAMS = { users: 64, requests: 512, tokens: 256, itlMs: 2.5 };

async function cpuPerEvent(): Promise<void> {
  const { users, requests, tokens, itlMs } = STREAMS;
  const events = requests * tokens;
  const ours: number[] = [];
  const bare: number[] = [];
  const ratios: number[] = [];
  const rates: number[] = [];
  await withMock(["--ttft", "20ms", "--itl", `${itlMs}ms`], async (url) => {
    const flags = [
      "--concurrency",
      `${users}`,
      "--num-prompts",
      `${requests}`,
      "--output-tokens",
      `${tokens}`,
    ];
    for (let pair = 0; pair < PAIRS; pair++) {
      const reference = await timed([
        join(ROOT, "node_modules/.bin/bun"),
        join(ROOT, "scripts/bench/bare-reader.ts"),
        url,
        ...[users, requests, tokens].map(String),
      ]);
      const run = await serving(url, flags);
      ours.push((run.cpuMs * 1000) / events);
      bare.push((reference.cpuMs * 1000) / events);
      ratios.push(run.cpuMs / reference.cpuMs);
      rates.push((events * 1000) / run.wallMs);
    }
  });
  const ratio = median(ratios);
  say("CPU per SSE event, serving", `${median(ours).toFixed(2)} µs`);
  say("CPU per SSE event, bare fetch reader", `${median(bare).toFixed(2)} µs`);
  say("ratio, whole processes, median of pairs", ratio.toFixed(2), { text: "≤ 1.5", isMet: ratio <= 1.5 });
  say("events per second in that run", median(rates).toFixed(0));
}

async function lateness(): Promise<void> {
  await withMock(["--ttft", "20ms", "--itl", "5ms"], async (url) => {
    const { summary } = await serving(url, [
      "--rate",
      "1000",
      "--num-prompts",
      "8000",
      "--output-tokens",
      "4",
    ]);
    const { p50, p99 } = summary.whole.metrics.lateness!.quantiles;
    say("rate sent, asked 1,000 req/s", `${summary.load.achievedRatePerS.toFixed(1)} req/s`);
    say("schedule lateness p50", `${p50!.value.toFixed(3)} ms`);
    say("schedule lateness p99", `${p99!.value.toFixed(3)} ms`, { text: "≤ 1 ms", isMet: p99!.value <= 1 });
  });
}

async function concurrent(streams: number): Promise<void> {
  await withMock(["--ttft", "1s", "--itl", "100ms"], async (url) => {
    const run = await serving(url, ["--rate", "inf", "--num-prompts", `${streams}`, "--output-tokens", "64"]);
    const { total, succeeded } = run.summary.whole.requests;
    const failed = total - succeeded;
    const megabytes = run.maxRssBytes / 1e6;
    const peak = run.summary.load.peakInFlight;
    say(`${streams} streams: in flight at once`, `${peak}`, { text: `${streams}`, isMet: peak === streams });
    say(`${streams} streams: failed`, `${failed}`, { text: "0", isMet: failed === 0 });
    say(`${streams} streams: peak RSS`, `${megabytes.toFixed(0)} MB`, {
      text: streams === 1000 ? "≤ 200 MB" : "none",
      isMet: streams !== 1000 || megabytes <= 200,
    });
  });
}

async function main(): Promise<void> {
  try {
    await cpuPerEvent();
    await lateness();
    await concurrent(1000);
    await concurrent(2000);
  } finally {
    finish();
  }
}

main();

/** What a second worker brings: request throughput of one and of two, at more short requests than one process can send. */
import { availableParallelism } from "node:os";
import { finish, median, say, serving, withMock } from "./harness.ts";

const PAIRS = 3;
/** A request costs the mock about 55 µs and a worker about 100: the mock keeps up with nearly two of them. */
const LOAD = { users: 64, requests: 15_000, tokens: 1 };
/** Two workers with their network threads, the mock, and the rest of the machine. */
const CORES = 6;

async function main(): Promise<void> {
  const { users, requests, tokens } = LOAD;
  const rates: Record<number, number[]> = { 1: [], 2: [] };
  try {
    await withMock(["--ttft", "1ms", "--itl", "1ms"], async (url) => {
      for (let pair = 0; pair < PAIRS; pair++) {
        for (const workers of [1, 2]) {
          const load = `--concurrency ${users} --num-prompts ${requests} --output-tokens ${tokens}`;
          const { summary } = await serving(url, [...load.split(" "), "--workers", `${workers}`]);
          rates[workers]!.push(summary.whole.requestThroughputPerS);
        }
      }
    });
    for (const workers of [1, 2]) say(`req/s, workers: ${workers}`, median(rates[workers]!).toFixed(0));
    const ratio = median(rates[2]!.map((rate, i) => rate / rates[1]![i]!));
    const cores = availableParallelism();
    const judged = { text: "≥ 1.7", isMet: ratio >= 1.7 };
    say("ratio, median of pairs", ratio.toFixed(2), cores >= CORES ? judged : undefined);
    if (cores < CORES) console.log(`not judged: ${CORES} cores are needed, this machine has ${cores}`);
  } finally {
    finish();
  }
}

main();

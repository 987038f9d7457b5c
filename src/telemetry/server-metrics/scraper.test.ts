import { expect, test } from "bun:test";
import type { Fetched } from "./fetch-metrics.ts";
import { Scraper } from "./scraper.ts";

const answer = (text: string, atMs = 0): Fetched => ({ ok: true, text, bytes: text.length, atMs, tookMs: 2 });

/** A scraper whose server answers when it is told to. */
function scraper(intervalMs: number, now = () => performance.now()) {
  const asked: PromiseWithResolvers<Fetched>[] = [];
  const log: string[] = [];
  let nextAsk = Promise.withResolvers<void>();
  const real = new Scraper({
    intervalMs,
    settleMs: 0,
    clock: { now, toUnixMs: (ms) => ms },
    ask: () => {
      const asking = Promise.withResolvers<Fetched>();
      asked.push(asking);
      nextAsk.resolve();
      nextAsk = Promise.withResolvers();
      return asking.promise;
    },
    log: {
      succeeded: (_, __, changes) =>
        log.push(changes.map(({ series, text }) => `${series}=${text}`).join(" ")),
      failed: (_, reason) => log.push(reason),
    },
  });
  return { real, asked, log, askedOnce: () => nextAsk.promise };
}

test("scrapes before, at each interval, after, and once more; only changes are told", async () => {
  const { real, asked, log, askedOnce } = scraper(1);
  const begun = real.begin();
  await Promise.resolve();
  asked[0]!.resolve(answer("a 1\nb 1\n"));
  await begun;
  await askedOnce();
  asked[1]!.resolve(answer("a 2\nb 1\n"));
  await askedOnce();
  // The load ends while a scrape is under way: never two at once.
  const ended = real.loadEnded();
  expect(asked.length).toBe(3);
  asked[2]!.resolve({ ok: false, reason: "timeout", message: "", atMs: 3, tookMs: 9 });
  await askedOnce();
  asked[3]!.resolve(answer("b 1\n"));
  await ended;
  const finished = real.finish();
  await askedOnce();
  asked[4]!.resolve(answer("<html>"));
  await finished;
  expect(log).toEqual(["a=1 b=1", "a=2", "timeout", "a=null", "no-metrics"]);
  expect(real.cost()).toMatchObject({ n: 3, failed: { timeout: 1, "no-metrics": 1 }, ms: 2 });
  expect(asked.length).toBe(5);
});

test("what fell due meanwhile is skipped and counted", async () => {
  let nowMs = 0;
  const { real, asked, askedOnce } = scraper(1, () => nowMs);
  const begun = real.begin();
  await Promise.resolve();
  nowMs = 5.5;
  asked[0]!.resolve(answer("a 1\n"));
  await begun;
  await askedOnce();
  expect(real.cost().skipped).toBe(5);
  asked[1]!.resolve(answer("a 1\n"));
  const finished = real.finish();
  await askedOnce();
  asked[2]!.resolve(answer("a 1\n"));
  await askedOnce();
  asked[3]!.resolve(answer("a 1\n"));
  await finished;
});

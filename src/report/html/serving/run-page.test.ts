import { expect, test } from "bun:test";
import { join } from "node:path";
import { cautionOf, comparisonCaution } from "../../figures/serving/caution.ts";
import { readForeignFile } from "../../foreign/read.ts";
import { comparisonPage } from "./comparison-page.ts";
import { foreignPageRun } from "./foreign-page.ts";
import { fakePageRun } from "./page-run.fake.ts";
import { runPage } from "./run-page.ts";

/** Without the page itself in what a failure prints. */
const has = (text: string, words: string) => ({ words, isThere: text.includes(words) });
const there = (words: string) => ({ words, isThere: true });

const HOSTILE = "<img src=x onerror=alert(1)></script><!--\"'&";

test("what users and servers wrote is text, in the page and in its data", () => {
  const page = fakePageRun({
    name: HOSTILE,
    change: (r, i) =>
      i % 7 === 0 ? { ...r, failure: { class: "http-5xx", phase: "body", message: HOSTILE } } : r,
  });
  for (const text of [runPage(page), comparisonPage([page, page], { title: HOSTILE })]) {
    expect(text.includes("<img")).toBe(false);
    expect(has(text, "&lt;img src=x onerror=alert(1)&gt;")).toEqual(
      there("&lt;img src=x onerror=alert(1)&gt;"),
    );
    // The page's own: its data, its program, and nothing that a text brought.
    const scripts = text.match(/<\/?script\b/g)!;
    expect(scripts.length).toBe(text.includes('id="request-data"') ? 6 : 4);
  }
});

test("the same run gives the same page", () => {
  expect(runPage(fakePageRun())).toBe(runPage(fakePageRun()));
});

test("a page asks nothing of a network", () => {
  const text = runPage(fakePageRun());
  expect(has(text, "default-src &#39;none&#39;")).toEqual(there("default-src &#39;none&#39;"));
  expect(text.match(/\b(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
  expect(text.match(/@import|url\((?!["']?(?:data:|#))/g)).toBeNull();
});

test("its policy names its own program by its hash", () => {
  const text = runPage(fakePageRun());
  const program = text.slice(text.lastIndexOf("<script>") + 8, text.lastIndexOf("</script>"));
  const hash = new Bun.CryptoHasher("sha256").update(program).digest("base64");
  expect(has(text, `script-src &#39;sha256-${hash}&#39;`)).toEqual(
    there(`script-src &#39;sha256-${hash}&#39;`),
  );
});

test("the verdict comes first, then numbers, figures, requests, environment, warnings, definitions", () => {
  const text = runPage(fakePageRun());
  const ids = [...text.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toEqual([
    "verdict",
    "numbers",
    "figures-section",
    "requests",
    "environment",
    "warnings",
    "definitions",
  ]);
  expect(has(text, "TTFT ≤ 100 ms")).toEqual(there("TTFT ≤ 100 ms"));
});

test("every word that is marked has its definition", () => {
  const text = runPage(fakePageRun());
  const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  const used = [...text.matchAll(/data-def="([^"]+)"/g)].map(([, id]) => id);
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((id) => !ids.has(id))).toEqual([]);
});

test("a killed run says so on top, with the numbers that its records give", () => {
  const text = runPage(fakePageRun({ isKilled: true, requests: 60 }));
  const verdict = text.slice(text.indexOf('id="verdict"'), text.indexOf('id="numbers"'));
  expect(verdict).toContain(
    "Incomplete, the run did not come to its end; shown is what it wrote until then.",
  );
  expect(has(verdict, "60 requests due, 57 succeeded, 3 failed")).toEqual(
    there("60 requests due, 57 succeeded, 3 failed"),
  );
  expect(has(text, "Latencies and lengths")).toEqual(there("Latencies and lengths"));
});

test("a run in which nothing was sent has a page without figures and table", () => {
  const text = runPage(fakePageRun({ requests: 0 }));
  expect(has(text, "No request was sent.")).toEqual(there("No request was sent."));
  expect([text.includes('id="requests"'), text.includes("<figure")]).toEqual([false, false]);
});

test("another tool's result says whose it is, and nothing of intervals or fitness that it does not have", () => {
  const path = join(import.meta.dir, "../../../../fixtures/results/vllm-detailed.json");
  const page = foreignPageRun(readForeignFile(path));
  for (const text of [runPage(page), comparisonPage([page, fakePageRun()], { title: "Two" })]) {
    expect(has(text, "Measured by vllm bench serve, in its own terms.")).toEqual(
      there("Measured by vllm bench serve, in its own terms."),
    );
    expect(has(text, "not checked")).toEqual(there("not checked"));
  }
  expect(runPage(page).includes("There is no summary.json")).toBe(false);
});

test("several runs stand beside one another, each by itself below", () => {
  const runs = ["a", "b", "c"].map((name) => fakePageRun({ name }));
  const lead = [{ id: "capacity", title: "Capacity", body: "" as never }];
  const text = comparisonPage(runs, { title: "Levels", lead, figures: [] });
  expect(text.indexOf('id="capacity"')).toBeLessThan(text.indexOf('id="verdict"'));
  expect(text.match(/<details class="level"/g)).toHaveLength(3);
  expect(text.match(/<th scope="col">b<\/th>/g)!.length).toBeGreaterThan(5);
});

test("several runs have one table of requests, which says whose are not in it", () => {
  const path = join(import.meta.dir, "../../../../fixtures/results/vllm-detailed.json");
  const runs = [
    fakePageRun({ name: "a" }),
    fakePageRun({ name: "b" }),
    foreignPageRun(readForeignFile(path)),
  ];
  const text = comparisonPage(runs, { title: "Three" });
  const sentence = "All 400 requests of the runs. Not in it: those of vllm-detailed.";
  expect(has(text, sentence)).toEqual(there(sentence));
  expect(has(text, '<select data-column="run">')).toEqual(there('<select data-column="run">'));
});

test("a hundred thousand requests are at most 5 MB, all of them in the table", () => {
  let seed = 1;
  const noise = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  // Noise in every figure, so that nothing packs better than a real run's would.
  const page = fakePageRun({
    requests: 100_000,
    ratePerS: 500,
    isKilled: true,
    change: (r) => {
      const [late, slow, long] = [noise(), 100 * noise(), 1000 * noise()];
      const later = (at: number | null, by: number) => (at === null ? null : at + by);
      return {
        ...r,
        sentAt: later(r.sentAt, late),
        firstTokenAt: later(r.firstTokenAt, late + slow),
        lastTokenAt: later(r.lastTokenAt, late + slow + long),
        endAt: r.endAt + late + slow + long,
        promptTokens: Math.floor(4000 * noise()),
        usage: null,
      };
    },
  });
  const text = runPage(page);
  expect(has(text, "All 100,000 requests of the run.")).toEqual(there("All 100,000 requests of the run."));
  expect(text.length).toBeLessThan(5_000_000);
  expect(text.length).toBeGreaterThan(500_000);
});

test("records that were cut off beside a finished summary are said on top, and in figures", () => {
  const page = fakePageRun({ requests: 125, kept: 61 });
  const text = runPage(page);
  const said = "Only 61 of the 125 requests of summary.json are in requests.jsonl, which was cut off";
  expect(text.slice(text.indexOf('id="verdict"')).indexOf(said)).toBeLessThan(200);
  expect(cautionOf(page.run)).toContain(said);
  expect(comparisonCaution([page.run, page.run])).toContain(said);
  expect(has(runPage(fakePageRun()), "Only ").isThere).toBe(false);
});

test("a goodput that no share was asked of is no verdict", () => {
  const late = (share: number | null) =>
    runPage(
      fakePageRun({
        share,
        change: (r) => ({
          ...r,
          firstTokenAt: r.sentAt! + 5000,
          lastTokenAt: r.sentAt! + 6000,
          endAt: r.sentAt! + 6000,
        }),
      }),
    );
  const row = (text: string) =>
    /<div class="verdict (\w+)"><span[^>]*>[^<]*<\/span><b>Service level</.exec(text)?.[1];
  expect([row(late(null)), row(late(0.95))]).toEqual(["none", "bad"]);
});

test("another tool's n is not made up, and its metrics keep their names", () => {
  const path = join(import.meta.dir, "../../../../fixtures/results/vllm.json");
  const page = foreignPageRun(readForeignFile(path));
  expect([page.whole!.metrics.icl!.n, page.whole!.metrics.tpot!.n]).toEqual([null, null]);
  const text = runPage(page);
  const numbers = text.slice(text.indexOf('id="numbers"'), text.indexOf('id="figures-section"'));
  expect(numbers).toMatch(/data-def="metric-icl"[^>]*>ITL</);
});

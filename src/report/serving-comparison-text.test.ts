import { expect, test } from "bun:test";
import { join } from "node:path";
import { readForeignFile } from "./foreign/read.ts";
import { foreignPageRun } from "./html/serving/foreign-page.ts";
import { fakePageRun } from "./html/serving/page-run.fake.ts";
import { servingComparisonText } from "./serving-comparison-text.ts";

const first = fakePageRun({ name: "before" });
const slower = fakePageRun({
  name: "after",
  change: (record) => ({ ...record, firstTokenAt: record.firstTokenAt! + 20 }),
});
const killed = fakePageRun({ name: "killed", isKilled: true });
const foreign = foreignPageRun(
  readForeignFile(join(import.meta.dir, "../../fixtures/results/vllm-detailed.json")),
);

const tooLong = (text: string) => text.split("\n").filter((line) => Bun.stringWidth(line) > 80);

test("runs stand beside one another, and what differs is beyond noise or within", () => {
  const text = servingComparisonText([first, slower]);
  expect(text).toMatch(/^ +succeeded +req\/s +tok\/s +verdict$/m);
  expect(text).toMatch(/^before +\d+ of \d+ .* ✕ Client: unfit$/m);
  expect(text).toMatch(/^ms +TTFT +TPOT +ICL +E2EL$/m);
  expect(text).toContain("Differences from before\n");
  expect(text).toMatch(/^after +TTFT p50, ms +\+16\.3 \[−1\.52 to \+40\.7\] +within noise$/m);
  expect(text).toMatch(/^ +TPOT p50, ms +−2\.91 .* beyond noise$/m);
  expect(text).toContain("\nOver the steady window.\n");
  expect(text).toContain("*: n is too small to trust this quantile.");
  expect(tooLong(text)).toEqual([]);
});

test("of killed runs stands what their records say", () => {
  const text = servingComparisonText([first, killed]);
  expect(text).toMatch(/^killed .* ✕ Run: did not come to its end$/m);
  expect(text).toMatch(/^killed +TTFT p50, ms /m);
  expect(tooLong(text)).toEqual([]);
});

test("another tool's result says whose it is, and has no differences", () => {
  const text = servingComparisonText([foreign, first, slower]);
  expect(text).toContain("\nvllm-detailed: measured by vllm bench serve\n");
  expect(text).toContain("Over the steady window; over the whole run of vllm-detailed.");
  expect(text).toContain("Differences from before\n");
  expect(text).toContain("define their terms differently");
  expect(tooLong(text)).toEqual([]);
  expect(servingComparisonText([foreign, first])).not.toContain("Differences");
});

test("80 columns hold it, whatever the names, the counts and the tools", () => {
  const wide = [foreign, first, killed].map((one, i) => {
    const window = { ...one.whole!, cost: { usdPerMOutputTokens: 12_345.6 } };
    return {
      ...one,
      steady: null,
      whole: { ...window, requests: { ...window.requests, total: 123_456, succeeded: 123_456 } },
      measuredBy: one.measuredBy && { ...one.measuredBy, tool: "inference-benchmark (AI-Hypercomputer)" },
      run: { ...one.run, name: `results/2026-11-23/${i}/levels/03-rate-12.3456` },
    };
  });
  const text = servingComparisonText(wide);
  expect(text).toContain("✕ Run: did not come to its end");
  expect(text).toContain("\nOver the whole run.\n");
  expect(tooLong(text)).toEqual([]);
});

test("differences of many runs are left to the page and to Markdown", () => {
  const runs = Array.from({ length: 9 }, (_, i) => ({ ...first, run: { ...first.run, name: `rate-${i}` } }));
  const text = servingComparisonText(runs);
  expect(text).toMatch(/^rate-8 +\d+ of/m);
  expect(text).not.toContain("Differences from");
  expect(text.replaceAll("\n", " ")).toContain(
    "How each of 9 runs differs from rate-0 is on the page (--html)",
  );
  expect(tooLong(text)).toEqual([]);
});

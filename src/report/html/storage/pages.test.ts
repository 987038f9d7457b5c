import { expect, test } from "bun:test";
import { fakeStoragePageRun } from "./page-run.fake.ts";
import { storageComparisonPage, storageRunPage } from "./pages.ts";

const HOSTILE = "<img src=x onerror=alert(1)></script><!--\"'&";

/** Without the page itself in what a failure prints. */
const missing = (text: string, ...words: string[]) => words.filter((word) => !text.includes(word));

test("the verdict comes first, then numbers, figures, environment, warnings, definitions", () => {
  const text = storageRunPage(fakeStoragePageRun());
  const ids = [...text.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toEqual(["verdict", "numbers", "figures-section", "environment", "warnings", "definitions"]);
  expect(text.match(/<figure class/g)).toHaveLength(6);
  // AU, null source, amplification, cache, hot spots; a device that was not measured is not shown.
  const shown = ["91.3 %", "99.8 %", "×1.02", "×1.01", "0.0 % before, 40.0 % after", "9.0 % of a step"];
  expect(missing(text, ...shown, "few readers", "Take more.")).toEqual([]);
  expect(text.includes("read by the device</span>")).toBe(false);
});

test("what users wrote is text, and nothing is asked of a network", () => {
  const page = fakeStoragePageRun({ name: HOSTILE, plan: { dataRoot: `s3://${HOSTILE}` } });
  for (const text of [storageRunPage(page), storageComparisonPage([page, page])]) {
    expect(text.includes("<img")).toBe(false);
    expect(text.match(/<\/?script\b/g)).toHaveLength(4);
    expect(text.match(/\b(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
  }
});

test("every word that is marked has its definition", () => {
  const text = storageRunPage(fakeStoragePageRun());
  const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  const used = [...text.matchAll(/data-def="([^"]+)"/g)].map(([, id]) => id);
  expect(used.length).toBeGreaterThan(12);
  expect(used.filter((id) => !ids.has(id))).toEqual([]);
});

test("a killed run says so on top, with the times that its rows give and no others", () => {
  const text = storageRunPage(fakeStoragePageRun({ status: "running", steps: 40 }));
  const verdict = text.slice(text.indexOf('id="verdict"'), text.indexOf('id="numbers"'));
  expect(
    missing(verdict, "There is no summary.json", "did not come to its end", "40 steps in its rows"),
  ).toEqual([]);
  const numbers = text.slice(text.indexOf('id="numbers"'), text.indexOf('id="figures-section"'));
  expect(missing(numbers, "step, loading", "microbatch, loading")).toEqual([]);
  expect(numbers.includes("microbatch, waiting")).toBe(false);
});

test("rows of the Python tool are shown as its, with what it measured", () => {
  const page = fakeStoragePageRun({ writer: "python", status: "old" });
  const text = storageComparisonPage([page, fakeStoragePageRun({ name: "ours" })]);
  expect(missing(text, "by the Python tool", "not checked", "Rows of the Python tool")).toEqual([]);
});

test("several runs stand beside one another, what speaks against them first, each by itself below", () => {
  const pages = [
    fakeStoragePageRun({ name: "one", plan: { workers: 1 } }),
    fakeStoragePageRun({ name: "four", verdict: "unfit", plan: { workers: 4 } }),
  ];
  const text = storageComparisonPage(pages);
  expect(missing(text, "Differs: num-workers 1 → 4", "✕ Harness: unfit (1 of 2 runs)")).toEqual([]);
  expect(text.match(/<details class="level"/g)).toHaveLength(2);
  // Two figures of both, six of each.
  expect(text.match(/<figure class/g)).toHaveLength(14);
});

test("how many accelerators it feeds is a verdict, with the trials", () => {
  const accelerators = {
    found: 3,
    leastAu: 0.9,
    trials: [
      { accelerators: 3, au: 0.97 },
      { accelerators: 4, au: 0.89978 },
    ],
  };
  const text = storageRunPage(fakeStoragePageRun({ summary: { accelerators } }));
  expect(missing(text, "3 accelerators", "at an AU of at least 90.0 %", "with 4: 89.98 %")).toEqual([]);
});

test("the same run gives the same page", () => {
  expect(storageRunPage(fakeStoragePageRun())).toBe(storageRunPage(fakeStoragePageRun()));
});

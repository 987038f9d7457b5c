import { afterAll, beforeAll, describe, expect, setDefaultTimeout } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, inflateSync } from "node:zlib";
import { comparisonPage } from "../../src/report/html/serving/comparison-page.ts";
import { fakePageRun } from "../../src/report/html/serving/page-run.fake.ts";
import { runPage } from "../../src/report/html/serving/run-page.ts";
import { fakeStoragePageRun } from "../../src/report/html/storage/page-run.fake.ts";
import { storageComparisonPage, storageRunPage } from "../../src/report/html/storage/pages.ts";
import { testWhere } from "../skip.ts";
import { emptyFolder } from "../support/binary.ts";
import { Browser, type BrowserPage, chromium } from "../support/browser.ts";

setDefaultTimeout(60_000);

const browserTest = testWhere(chromium !== null, "no Chromium on PATH, and none named by CHROMIUM");

let browser: Browser;
let folder: ReturnType<typeof emptyFolder>;
const file = (name: string) => join(folder.path, name);

beforeAll(async () => {
  if (chromium === null) return;
  folder = emptyFolder();
  const hostile = { class: "http-5xx", phase: "body", message: "<script>boom()</script>" } as const;
  const change = (r: Parameters<NonNullable<NonNullable<Parameters<typeof fakePageRun>[0]>["change"]>>[0]) =>
    r.failure === null ? r : { ...r, failure: hostile };
  writeFileSync(file("run.html"), runPage(fakePageRun({ requests: 2000, change })));
  writeFileSync(file("killed.html"), runPage(fakePageRun({ isKilled: true })));
  const runs = ["a", "b", "c"].map((name, i) => fakePageRun({ name, ratePerS: 20 * (i + 1) }));
  writeFileSync(file("several.html"), comparisonPage(runs, { title: "Several" }));
  writeFileSync(file("storage.html"), storageRunPage(fakeStoragePageRun({ gpus: 2 })));
  const storageRuns = [1, 2, 3, 4, 5, 6, 7, 8].map((workers) =>
    fakeStoragePageRun({ name: `workers-${workers}`, loadMs: 40 / workers, plan: { workers } }),
  );
  writeFileSync(file("storage-several.html"), storageComparisonPage(storageRuns));
  browser = await Browser.start(chromium);
});
afterAll(async () => {
  if (chromium === null) return;
  await browser.close();
  folder.remove();
});

/** A page for one test, in which nothing may go wrong, and nothing go out. */
async function withPage(
  name: string,
  body: (page: BrowserPage) => Promise<void>,
  options: { width: number; scheme?: "light" | "dark" } = { width: 1400 },
): Promise<void> {
  const page = await browser.open(file(name), options);
  try {
    await body(page);
    expect(page.complaints).toEqual([]);
    expect(page.requests.filter((url) => !url.startsWith("data:"))).toEqual([`file://${file(name)}`]);
  } finally {
    await page.close();
  }
}

/** Brings a figure into sight, and says where its plot is in the window. */
async function plotOf(page: BrowserPage, name: string) {
  const plot = `document.querySelector('figure[data-name="${name}"] .plot')`;
  await page.evaluate(`${plot}.scrollIntoView({ block: "center" })`);
  await page.until(`${plot}.querySelector("svg path.axis") !== null`);
  const box = await page.evaluate<{ x: number; y: number; width: number; height: number }>(
    `(() => { const { x, y, width, height } = ${plot}.getBoundingClientRect(); return { x, y, width, height }; })()`,
  );
  return { plot, box };
}

const readout = (plot: string) => `${plot}.querySelector(".readout:not([hidden])")?.innerText ?? ""`;
const ticks = (plot: string) =>
  `[...${plot}.querySelectorAll("text.tick.middle")].map((tick) => tick.textContent).join()`;

describe("report.html in Chromium", () => {
  for (const width of [360, 1920, 3840])
    browserTest(`${width} px wide nothing is wider than the window`, () =>
      withPage(
        "run.html",
        async (page) => {
          // Printing draws every figure, seen or not.
          await page.evaluate("dispatchEvent(new Event('beforeprint'))");
          expect(
            await page.evaluate<number>("document.querySelectorAll('path.axis').length"),
          ).toBeGreaterThan(8);
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        },
        { width },
      ),
    );

  browserTest("several runs and a killed run open without complaint, at 360 px, too", async () => {
    for (const name of ["several.html", "killed.html"])
      await withPage(
        name,
        async (page) => expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360),
        { width: 360 },
      );
  });

  browserTest("storage runs, one and eight, open without complaint, at 360 px, too", async () => {
    for (const name of ["storage.html", "storage-several.html"])
      await withPage(
        name,
        async (page) => {
          await page.evaluate("dispatchEvent(new Event('beforeprint'))");
          expect(
            await page.evaluate<number>("document.querySelectorAll('path.axis').length"),
          ).toBeGreaterThan(2);
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
        },
        { width: 360 },
      );
  });

  browserTest("the arrow keys read bars with their intervals, one after the other", () =>
    withPage("storage-several.html", async (page) => {
      const { plot } = await plotOf(page, "loading_time_tails");
      await page.evaluate(`${plot}.focus()`);
      await page.key("Home");
      await page.until(
        `/^P95[\\s\\S]*Per step[\\s\\S]*workers-1, num-workers 1[\\s\\S]*\\d m?s \\[[\\d.,]+ to (?:[\\d.,]+|\\?)\\]/.test(${readout(plot)})`,
      );
      await page.key("ArrowRight");
      await page.until(`/^P95[\\s\\S]*workers-2, /.test(${readout(plot)})`);
      await page.key("End");
      await page.until(`/^P99[\\s\\S]*workers-8, /.test(${readout(plot)})`);
    }),
  );

  browserTest("bars have as many numbers above them as there is room for", async () => {
    const labels = `document.querySelectorAll('figure[data-name="throughput"] text.backed').length`;
    for (const [width, count] of [
      [1400, 8 * 3],
      [360, 0],
    ] as const)
      await withPage(
        "storage-several.html",
        async (page) => {
          await plotOf(page, "throughput");
          expect(await page.evaluate<number>(labels)).toBe(count);
        },
        { width },
      );
  });

  browserTest("the pointer shows values, and the arrow keys do", () =>
    withPage("run.html", async (page) => {
      const { plot, box } = await plotOf(page, "requests_over_time");
      await page.mouse("mouseMoved", box.x + box.width / 2, box.y + box.height / 2);
      await page.until(
        `/Time since the first request, s: \\d+[\\s\\S]*Requests in flight[\\s\\S]*mean in each bin/.test(${readout(plot)})`,
      );
      const before = await page.evaluate<string>(readout(plot));
      await page.evaluate(`${plot}.focus()`);
      await page.key("ArrowRight");
      await page.until(`(${readout(plot)}) !== "" && (${readout(plot)}) !== ${JSON.stringify(before)}`);
    }),
  );

  browserTest("a quantile is shown with its interval", () =>
    withPage("several.html", async (page) => {
      const { plot } = await plotOf(page, "throughput_latency");
      await page.evaluate(`${plot}.focus()`);
      await page.key("Home");
      await page.until(`/p50[\\s\\S]*\\[[\\d.,]+ to [\\d.,]+\\]/.test(${readout(plot)})`);
    }),
  );

  browserTest("a drag zooms in, a double click shows all again", () =>
    withPage("run.html", async (page) => {
      const { plot, box } = await plotOf(page, "ttft_distribution");
      const whole = await page.evaluate<string>(ticks(plot));
      const y = box.y + box.height / 2;
      await page.mouse("mousePressed", box.x + box.width * 0.4, y);
      await page.mouse("mouseMoved", box.x + box.width * 0.6, y + 3);
      await page.mouse("mouseReleased", box.x + box.width * 0.6, y + 3);
      await page.until(`${ticks(plot)} !== ${JSON.stringify(whole)}`);
      expect(await page.evaluate<boolean>(`${plot}.closest("figure").querySelector(".reset").hidden`)).toBe(
        false,
      );
      for (const count of [1, 2]) {
        await page.mouse("mousePressed", box.x + box.width / 2, y, count);
        await page.mouse("mouseReleased", box.x + box.width / 2, y, count);
      }
      await page.until(`${ticks(plot)} === ${JSON.stringify(whole)}`);
    }),
  );

  browserTest("a click on a column sorts by it, another one the other way", () =>
    withPage("run.html", async (page) => {
      const column = `document.querySelector('th[data-column="ended"]')`;
      const place = await page.evaluate<number>(`[...${column}.parentElement.children].indexOf(${column})`);
      const values = `[...document.querySelectorAll("#requests tbody tr:not(.spacer)")].slice(0, 10).map((row) => Number(row.children[${place}].textContent.replaceAll(",", "")))`;
      await page.evaluate(`${column}.querySelector("button").click()`);
      const down = await page.evaluate<number[]>(values);
      expect([down.length, await page.evaluate<string>(`${column}.getAttribute("aria-sort")`)]).toEqual([
        10,
        "descending",
      ]);
      expect(down).toEqual(down.toSorted((a, b) => b - a));
      await page.evaluate(`${column}.querySelector("button").click()`);
      const up = await page.evaluate<number[]>(values);
      expect(up).toEqual(up.toSorted((a, b) => a - b));
      expect(down[0]!).toBeGreaterThan(up[0]!);
    }),
  );

  browserTest("filters leave what they say, and what servers wrote is text", () =>
    withPage("run.html", async (page) => {
      const count = `document.querySelector("#requests .count").textContent`;
      expect(await page.evaluate<string>(count)).toBe("2,000 rows");
      const choose = (value: string) =>
        page.evaluate(
          `(() => { const select = document.querySelector('select[data-column="outcome"]'); select.value = ${JSON.stringify(value)}; select.dispatchEvent(new Event("change")); })()`,
        );
      await choose("http-5xx");
      expect(await page.evaluate<string>(count)).toBe("100 of 2,000 rows");
      expect(
        await page.evaluate<string>(`document.querySelector("#requests tbody tr:not(.spacer)").innerText`),
      ).toContain("<script>boom()</script>");
      await choose("");
      await page.evaluate(
        `(() => { const box = document.querySelector("#requests input"); box.value = "1234"; box.dispatchEvent(new Event("input")); })()`,
      );
      expect(await page.evaluate<string>(count)).toBe("1 of 2,000 rows");
    }),
  );

  browserTest("the table scrolls to its last row, and holds only the rows in sight", () =>
    withPage("run.html", async (page) => {
      await page.evaluate(`document.querySelector("#requests .rows").scrollTop = 1e9`);
      await page.until(`document.querySelector('#requests tr[aria-rowindex="2001"]') !== null`);
      const rows = `document.querySelectorAll("#requests tbody tr").length`;
      expect(await page.evaluate<number>(rows)).toBeLessThan(150);
      await page.send("Emulation.setEmulatedMedia", { media: "print" });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      // 60 rows of 2,000 on paper, and the two that stand for the others.
      expect(await page.evaluate<number>(rows)).toBe(62);
    }),
  );

  browserTest("dark and light follow the system, and the switch", () =>
    withPage(
      "run.html",
      async (page) => {
        const colour = "getComputedStyle(document.body).backgroundColor";
        expect(await page.evaluate<string>(colour)).toBe("rgb(20, 24, 29)");
        await page.evaluate(`document.querySelector("#theme").click()`);
        expect(await page.evaluate<string>(colour)).toBe("rgb(255, 255, 255)");
      },
      { width: 1400, scheme: "dark" },
    ),
  );

  browserTest("a definition shows on focus, and goes by Escape", () =>
    withPage("run.html", async (page) => {
      await page.evaluate(`document.querySelector('[data-def="metric-ttft"]').focus()`);
      const tip = `document.querySelector("#tip")`;
      expect(await page.evaluate<string>(`${tip}.innerText`)).toContain("first token of any channel - sent");
      await page.key("Escape");
      expect(await page.evaluate<boolean>(`${tip}.hidden`)).toBe(true);
    }),
  );
});

browserTest("printed as soon as it is loaded, without a person, a page has its figures", async () => {
  const printed = async (name: string) => {
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
    const profile = `--user-data-dir=${file(`profile-${name}`)}`;
    const output = file(`${name}.pdf`);
    const command = [chromium!, ...flags, profile, `--print-to-pdf=${output}`, `file://${file("run.html")}`];
    await Bun.spawn(command, { stdout: "ignore", stderr: "ignore" }).exited;
    return linesIn(readFileSync(output));
  };
  // Grid lines and curves; without figures a few rules of tables.
  expect(await printed("one")).toBeGreaterThan(1000);
  expect(await printed("two")).toBeGreaterThan(1000);
});

/** Straight strokes in a PDF. */
function linesIn(pdf: Buffer): number {
  const text = pdf.toString("latin1");
  return [...text.matchAll(/stream\r?\n([\s\S]*?)endstream/g)]
    .map(([, stream]) => {
      try {
        return inflateSync(Buffer.from(stream!, "latin1"), { finishFlush: constants.Z_SYNC_FLUSH });
      } catch {
        return Buffer.alloc(0);
      }
    })
    .reduce((sum, content) => sum + (content.toString("latin1").match(/ l\n/g)?.length ?? 0), 0);
}

import { describe, expect, test } from "bun:test";
import { parseExposition } from "./exposition.ts";
import type { CounterFigures, GaugeFigures, HistogramFigures } from "./figures.ts";
import { HistoryBook } from "./history.ts";
import { ScrapeCounts } from "./scrape-cost.ts";
import { type ServerWindow, summarizeServerMetrics } from "./summary.ts";

/** Scrapes at these instants, summarized over the run from 1000 to 4000 ms. */
function summaryOf(scrapes: [number, string][], steady: { startAt: number; endAt: number } | null = null) {
  const book = new HistoryBook();
  for (const [atMs, text] of scrapes) book.add(atMs, parseExposition(text));
  const about = {
    url: "http://h/metrics",
    intervalMs: 1000,
    scrapes: new ScrapeCounts().cost(),
    problem: null,
  };
  return summarizeServerMetrics(
    { ...about, history: book.history },
    { whole: { startAt: 1000, endAt: 4000 }, steady },
    "m",
  );
}
const whole = (scrapes: [number, string][]) => summaryOf(scrapes).whole!;
const gauge = (window: ServerWindow, name: string) => window.metrics[name] as GaugeFigures;
const counter = (window: ServerWindow, name: string) => window.metrics[name] as CounterFigures;
const histogram = (window: ServerWindow, name: string) => window.metrics[name] as HistogramFigures;

describe("a gauge", () => {
  const of = (value: string) => `# TYPE g gauge\ng ${value}\n`;

  test("is meant over the time of the run, by its samples inside", () => {
    const window = whole([
      [900, of("100")],
      [1000, of("0")],
      [2000, of("4")],
      [4000, of("8")],
      [4600, of("100")],
    ]);
    // 0 for 0.5 s, 4 for 1.5 s, 8 for 1 s.
    expect(gauge(window, "g")).toMatchObject({
      n: 3,
      min: 0,
      max: 8,
      p50: 4,
      mean: 14 / 3,
      combined: null,
      series: [],
    });
    expect(window.scrapes).toBe(3);
  });

  test("that keeps its value has a sample at each scrape; NaN is none", () => {
    const window = whole([
      [1000, of("3")],
      [2000, of("3")],
      [3000, of("NaN")],
      [4000, of("3")],
    ]);
    expect(gauge(window, "g")).toMatchObject({ n: 3, mean: 3, sd: 0 });
  });

  test("of several engines is summed, shares are meant, each stands by itself too", () => {
    const text =
      'num_running{engine="0"} 3\nnum_running{engine="1"} 5\nkv_usage_perc{engine="0"} 0.2\nkv_usage_perc{engine="1"} 0.6\n';
    const window = whole([[2000, text]]);
    expect(gauge(window, "num_running")).toMatchObject({ mean: 8, max: 8, combined: "sum" });
    expect(gauge(window, "kv_usage_perc").mean).toBeCloseTo(0.4, 12);
    expect(gauge(window, "num_running").series).toMatchObject([
      { labels: { engine: "0" }, mean: 3 },
      { labels: { engine: "1" }, mean: 5 },
    ]);
  });

  test("without a sample in the run is not there", () => {
    expect(
      whole([
        [900, of("1")],
        [4100, of("1")],
      ]).metrics.g,
    ).toBeUndefined();
  });
});

describe("a counter", () => {
  const of = (value: number | null) => (value === null ? "up 1\n" : `c_total ${value}\n`);

  test("grows from the scrape before the run to the last one, over the run's time", () => {
    const window = whole([
      [500, of(1)],
      [950, of(10)],
      [1950, of(20)],
      [2950, of(50)],
      [3950, of(60)],
      [4010, of(69)],
      [4500, of(70)],
    ]);
    expect(counter(window, "c_total")).toMatchObject({
      increase: 60,
      ratePerS: 20,
      ratesPerS: { n: 3, min: 10, max: 30, p50: 10 },
      resets: 0,
      series: [],
    });
  });

  test("that begins anew, or later, begins at 0; one that was away goes on", () => {
    const window = whole([
      [950, of(100)],
      [2000, of(110)],
      [3000, of(4)],
      [3500, of(null)],
      [4000, of(6)],
    ]);
    expect(counter(window, "c_total")).toMatchObject({ increase: 16, resets: 1 });
    expect(
      counter(
        whole([
          [950, of(null)],
          [2000, of(5)],
          [4000, of(7)],
        ]),
        "c_total",
      ).increase,
    ).toBe(7);
  });

  test("is summed over its labels, of the model under test alone", () => {
    const text = (n: number) =>
      ["stop", "length"].map((r) => `ok_total{model_name="m",finished_reason="${r}"} ${n}\n`).join("") +
      `ok_total{model_name="other",finished_reason="stop"} ${100 * n}\n`;
    const summary = summaryOf([
      [950, text(1)],
      [4100, text(6)],
    ]);
    expect(summary.model).toBe("m");
    expect(counter(summary.whole!, "ok_total")).toMatchObject({
      increase: 10,
      series: [{ increase: 5 }, { increase: 5 }],
    });
  });

  test("of a part of the run grows from its first scrape to its last", () => {
    const scrapes: [number, string][] = [950, 1950, 2950, 3950, 4500].map((at, i) => [at, of(10 * i * i)]);
    const { steady } = summaryOf(scrapes, { startAt: 1500, endAt: 3960 });
    expect(steady).toMatchObject({ scrapes: 3, countedS: 2 });
    expect(counter(steady!, "c_total")).toMatchObject({ increase: 80, ratePerS: 40 });
    expect(summaryOf(scrapes, { startAt: 1960, endAt: 2960 }).steady?.metrics.c_total).toBeUndefined();
  });
});

describe("a histogram", () => {
  const of = (counts: [number, number, number], sum: number, engine = "0") =>
    `# TYPE h histogram\nh_bucket{engine="${engine}",le="0.1"} ${counts[0]}\nh_bucket{engine="${engine}",le="0.2"} ${counts[1]}\nh_bucket{engine="${engine}",le="+Inf"} ${counts[2]}\nh_sum{engine="${engine}"} ${sum}\nh_count{engine="${engine}"} ${counts[2]}\n`;

  test("is the difference of its buckets", () => {
    const window = whole([
      [950, of([1000, 1000, 1000], 50)],
      [4100, of([1010, 1018, 1020], 53)],
    ]);
    expect(histogram(window, "h")).toMatchObject({
      n: 20,
      min: 0,
      max: null,
      p50: { value: 0.1, low: 0, high: 0.1 },
      p99: { value: null, low: 0.2, high: null },
    });
    expect(histogram(window, "h").mean).toBeCloseTo(0.15, 12);
    expect(histogram(window, "h").p90?.value).toBeCloseTo(0.2, 12);
  });

  test("of several engines is one", () => {
    const text = (n: number) => of([n, 2 * n, 2 * n], n) + of([0, 2 * n, 2 * n], n, "1");
    expect(
      histogram(
        whole([
          [950, text(0)],
          [4100, text(5)],
        ]),
        "h",
      ),
    ).toMatchObject({ n: 20, mean: 0.5, min: 0, max: 0.2 });
  });

  test("begins anew as a whole", () => {
    const window = whole([
      [950, of([5, 100, 100], 10)],
      [4100, of([8, 10, 10], 1)],
    ]);
    expect(histogram(window, "h")).toMatchObject({ n: 10, mean: 0.1, resets: 1, p50: { low: 0 } });
  });

  test("without anything in it has no mean and no quantiles", () => {
    const window = whole([
      [950, of([1, 1, 1], 1)],
      [4100, of([1, 1, 1], 1)],
    ]);
    expect(histogram(window, "h")).toMatchObject({ n: 0, mean: null, min: null, max: null, p50: null });
  });

  test("by another name for it, summary, has a mean", () => {
    const text = (n: number) =>
      `# TYPE s summary\ns{quantile="0.5"} ${9 - n}\ns_sum ${3 * n}\ns_count ${n}\n`;
    expect(
      histogram(
        whole([
          [950, text(0)],
          [4100, text(4)],
        ]),
        "s",
      ),
    ).toMatchObject({ n: 4, mean: 3, p50: null, resets: 0 });
  });
});

test("nothing was read: nothing is known", () => {
  expect(summaryOf([])).toMatchObject({ whole: null, steady: null, model: null });
});

test("what the server's program and its web framework say is left to the raw file, and all ranks but the first", () => {
  const text =
    'python_info{v="3"} 1\nprocess_open_fds 5\nhttp_requests_total 4\nx_created 1e9\nx{tp_rank="0"} 1\nx{tp_rank="1"} 1\n';
  expect(
    Object.keys(
      whole([
        [2000, text],
        [4000, text],
      ]).metrics,
    ),
  ).toEqual(["x"]);
});

test("where scrapes at either end are missing, a counter's rate is over the time that it was seen", () => {
  const of = (value: number) => `# TYPE c_total counter\nc_total ${value}\n`;
  // 10 in each second of the run, which is from 1000 to 4000 ms.
  const late = counter(
    whole([
      [2000, of(10)],
      [3000, of(20)],
      [4600, of(30)],
    ]),
    "c_total",
  );
  expect([late.increase, late.ratePerS]).toEqual([20, 10]);
  const early = counter(
    whole([
      [900, of(0)],
      [2000, of(10)],
      [3000, of(20)],
    ]),
    "c_total",
  );
  expect([early.increase, early.ratePerS]).toEqual([20, 10]);
});

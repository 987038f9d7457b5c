import { expect, test } from "bun:test";
import { describe } from "../../analysis/describe.ts";
import { describeCensored } from "../../analysis/describe-censored.ts";
import { judgeGates, parseGate } from "./gates.ts";
import type { WindowSummary } from "./summary-shape.ts";

test.each([
  ["goodput>=0.95", { figure: "goodput", statistic: null, operator: ">=", limit: 0.95 }],
  ["goodput>=95%", { figure: "goodput", statistic: null, operator: ">=", limit: 0.95 }],
  ["ttft.p99<800ms", { figure: "ttft", statistic: "p99", operator: "<", limit: 800 }],
  [
    " e2el-from-intended.mean <= 2s ",
    { figure: "e2elFromIntended", statistic: "mean", operator: "<=", limit: 2000 },
  ],
  ["ttft.p99.9<1s", { figure: "ttft", statistic: "p99.9", operator: "<", limit: 1000 }],
  [
    "output-throughput>=10tok/s",
    { figure: "output-throughput", statistic: null, operator: ">=", limit: 10, unit: "tok/s" },
  ],
  ["request-throughput>=5 req/s", { figure: "request-throughput", limit: 5, unit: "req/s" }],
  ["goodput-rate>5req/s", { figure: "goodput-rate", limit: 5, unit: "req/s" }],
  ["request-throughput>5", { figure: "request-throughput", limit: 5, unit: "req/s" }],
  ["outputTokens.mean>100", { figure: "outputTokens", statistic: "mean", operator: ">", limit: 100 }],
] as const)("%s", (text, gate) => {
  expect(parseGate(text)).toMatchObject(gate);
});

test.each([
  ["goodput", "no condition"],
  ["godput>0.9", '"godput"'],
  ["ttft<5ms", "needs one of"],
  ["ttft.p42<5ms", "needs one of"],
  ["goodput.p99>0.9", "takes no"],
  ["ttft.p99<fast", "no time"],
  ["goodput>much", "no share"],
  ["output-throughput>=10req/s", "no number of tok/s"],
  ["failed-share<5", "Did you mean failed-share<5%?"],
])("%s is refused", (text, word) => {
  let said = "";
  try {
    parseGate(text);
  } catch (error) {
    const { message, hint } = error as { message: string; hint: string };
    said = `${message} ${hint}`;
  }
  expect(said).toContain(word);
});

const window = {
  requestThroughputPerS: 10,
  outputThroughputPerS: 100,
  requests: { total: 100, succeeded: 98, failed: 2, censored: 0, byClass: {} },
  goodput: null,
  metrics: {
    ttft: { unit: "ms", ...describe(Float64Array.from({ length: 101 }, (_, i) => i))! },
    tpot: null,
  },
} as unknown as WindowSummary;

test("each gate is judged by its figure; what was not measured passes none", () => {
  const gates = [
    "ttft.p50<=50",
    "ttft.p99<99",
    "failed-share<0.01",
    "tpot.p50<1s",
    "goodput>0",
    "request-throughput>9",
  ];
  const results = judgeGates(gates.map(parseGate), { whole: window, steady: null });
  expect(results.map(({ passed, value }) => [passed, value])).toEqual([
    [true, 50],
    [false, 99],
    [false, 0.02],
    [false, null],
    [false, null],
    [true, 10],
  ]);
});

test("the steady window counts where there is one", () => {
  const steady = { ...window, requestThroughputPerS: 20 };
  expect(judgeGates([parseGate("request-throughput>15")], { whole: window, steady })[0]?.passed).toBe(true);
});

test("a lower bound fails what it is past, and passes what asks for more than it; the rest is not known", () => {
  const values = Float64Array.from({ length: 20 }, (_, i) => i);
  const isCensored = Uint8Array.from(values, (_, i) => (i >= 10 ? 1 : 0));
  const metrics = { ttft: { unit: "ms", ...describeCensored(values, isCensored)! } };
  const whole = { ...window, metrics } as unknown as WindowSummary;
  const gates = [
    "ttft.p99<5ms",
    "ttft.p99<800ms",
    "ttft.p99>5ms",
    "ttft.p99>800ms",
    "ttft.max<=800ms",
    "ttft.min<1ms",
  ];
  const results = judgeGates(gates.map(parseGate), { whole, steady: null });
  expect(results.map(({ passed, isLowerBound, isKnown }) => [passed, isLowerBound, isKnown])).toEqual([
    [false, true, true],
    [false, true, false],
    [true, true, true],
    [false, true, false],
    [false, true, false],
    [true, false, true],
  ]);
  expect(results[0]!.value).toBeCloseTo(18.81, 9);
});

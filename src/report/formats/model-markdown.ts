import { formatNumber } from "../../core/units.ts";
import { measured, percent } from "../numbers.ts";
import type { SavedModel } from "../saved-summary.ts";
import { inline, quantileText, row } from "./markdown-text.ts";

/** Metrics of each model, and the quantiles of them that are shown. */
const SHOWN = [
  ["TTFT", "ttft", "p50"],
  ["TTFT", "ttft", "p99"],
  ["TPOT", "tpot", "p50"],
  ["E2EL", "e2el", "p50"],
] as const;

/** Several models of one run beside one another, a row each; latencies in ms. */
export function modelLines(models: readonly SavedModel[]): string[] {
  const hasGoodput = models.some(({ goodput }) => goodput !== null);
  const heads = [
    ...["asked", "sent", "succeeded", "failed", "unfinished", "req/s", "tok/s"],
    ...(hasGoodput ? ["goodput"] : []),
    ...SHOWN.map(([name, , quantile]) => `${name} ${quantile}, ms`),
  ];
  return [
    "### By model, whole run",
    "",
    row(["", ...heads]),
    row(["---", ...heads.map(() => "---:")]),
    ...models.map((model) => row([inline(model.model), ...cellsOf(model, hasGoodput)])),
  ];
}

function cellsOf(figures: SavedModel, hasGoodput: boolean): string[] {
  const { askedShare, sentShare, requests, goodput, metrics } = figures;
  const share = (value: number | null | undefined) => (value == null ? "-" : percent(value));
  return [
    share(askedShare),
    share(sentShare?.value),
    formatNumber(requests.succeeded),
    formatNumber(requests.failed - requests.censored),
    formatNumber(requests.censored),
    measured(figures.requestThroughputPerS),
    measured(figures.outputThroughputPerS),
    ...(hasGoodput ? [share(goodput?.fraction)] : []),
    ...SHOWN.map(([, id, quantile]) => {
      const metric = metrics[id] ?? null;
      return metric === null ? "-" : quantileText(metric, quantile);
    }),
  ];
}

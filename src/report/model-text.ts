import type { QuantileName } from "../analysis/describe.ts";
import type { ModelFigures } from "../benchmarks/serving/summary-shape.ts";
import { formatNumber } from "../core/units.ts";
import { measuredOrMore } from "./numbers.ts";
import { textTable } from "./text-table.ts";

const WIDTH = 80;
/** No name is cut to less. */
const SHORTEST_NAME = 8;

/** Several models beside one another, one row each, in 80 columns. */
export function modelTable(models: readonly ModelFigures[]): string[] {
  const rows = [
    ["By model, ms", "asked", "sent", "ok", "failed", "TTFT p50", "p99", "TPOT p50", "E2EL p50"],
    ...models.map(({ model, askedShare, sentShare, requests, metrics }) => [
      model,
      percent(askedShare),
      percent(sentShare.value),
      formatNumber(requests.succeeded),
      formatNumber(requests.failed - requests.censored),
      quantile(metrics.ttft, "p50"),
      quantile(metrics.ttft, "p99"),
      quantile(metrics.tpot, "p50"),
      quantile(metrics.e2el, "p50"),
    ]),
  ];
  const taken = Math.max(
    ...textTable(rows.map(([, ...others]) => ["", ...others])).map((line) => Bun.stringWidth(line)),
  );
  return textTable(rows.map(([name, ...others]) => [cut(name!, WIDTH - taken), ...others]));
}

/** The end of a name says which it is: models of one owner, adapters of one model. */
function cut(name: string, width: number): string {
  const most = Math.max(SHORTEST_NAME, width);
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}

function percent(share: number | null): string {
  return share === null ? "-" : `${(100 * share).toFixed(1)} %`;
}

function quantile(metric: ModelFigures["metrics"]["ttft"], name: QuantileName): string {
  if (metric === null) return "-";
  const { value, isLowerBound, small } = metric.quantiles[name];
  return `${measuredOrMore(value, isLowerBound)}${small && !isLowerBound ? "*" : ""}`;
}

import type { About } from "./about.ts";
import { fromZeroWithRoom, suited } from "./axis.ts";
import { crossesKey, curveLayer } from "./curve-layer.ts";
import { labelOrder } from "./label-order.ts";
import type { LoadSeries } from "./load-points.ts";
import { runStyle } from "./run-style.ts";
import { sizesOf } from "./sizes.ts";
import type { Figure, Layer, LegendEntry } from "./spec.ts";

/** What a million output tokens cost, against the median normalized latency that they came with (seed 004's analysis). */
export function costLatency(series: readonly LoadSeries[], about: About): Figure | null {
  const known = series
    .map((one) => ({
      ...one,
      points: one.points.filter(({ usdPerMTokens, ntpotMs }) => usdPerMTokens !== null && ntpotMs?.p50),
    }))
    .filter((one) => one.points.length > 0);
  const points = known.flatMap((one) => one.points);
  if (points.length === 0) return null;
  const layers = known.flatMap((one, s): Layer[] => {
    const style = runStyle(s);
    const at = one.points.map((point) => [point.ntpotMs!.p50!.value, point.usdPerMTokens!] as const);
    const labels: Layer = {
      kind: "labels",
      labels: labelOrder(at.map((point, i) => ({ at: point, text: one.points[i]!.label }))),
    };
    return [
      curveLayer(
        style,
        one.points.map((load, i) => ({ at: at[i]!, load })),
        one.isCurve,
      ),
      labels,
    ];
  });
  const x = suited(points.map((point) => point.ntpotMs!.p50!.value));
  return {
    name: "cost_latency",
    title: "Cost against normalized latency",
    subtitle: `${sizesOf(known)} · steady window where there is one`,
    caution: about.caution,
    panels: [
      {
        name: "Cost, US$ per million output tokens",
        y: fromZeroWithRoom(points.map((point) => point.usdPerMTokens!)),
        layers,
      },
    ],
    x: {
      ...x,
      name: `NTPOT: E2EL over output tokens, median, ms${x.scale === "log" ? " (logarithmic)" : ""}`,
    },
    legend: [
      ...(known.length === 1 ? [] : known).map(({ name, isCurve }, s): LegendEntry => {
        const style = runStyle(s);
        return {
          text: name,
          key: isCurve ? { kind: "line", style, marked: true } : { kind: "point", style },
        };
      }),
      ...crossesKey(points),
    ],
    facts: about.facts,
    plotHeight: 420,
  };
}

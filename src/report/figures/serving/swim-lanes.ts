import { quantile } from "../../../analysis/quantile.ts";
import type { Window } from "../../../benchmarks/serving/windows.ts";
import { formatNumber } from "../../../core/units.ts";
import { counted } from "../../numbers.ts";
import type { About } from "../about.ts";
import type { Figure, Fill, Layer, LegendEntry, Point } from "../spec.ts";
import { plain } from "../ticks.ts";
import type { RequestSpan } from "./collect.ts";
import { timeAxis } from "./time-axis.ts";

/** More lanes would be thinner than two pixels. */
const MOST_LANES = 300;
const LANE_PX = 18;
const MOST_PX = 640;

const WORDS: Readonly<Record<Exclude<Fill, "bar">, string>> = {
  waiting: "due, not yet sent",
  first: "sent, until the first token",
  rest: "first token until the end",
  unfinished: "unfinished, cut off by the end of the run",
  failed: "failed",
};

interface Stretch {
  fill: Exclude<Fill, "bar">;
  from: number;
  to: number;
}

/** A run longer than so many requests would show a thin diagonal. */
const LONG_RUN = 20;

/**
 * A lane for each request, from when it was due to its end; of more than 300 requests 300 are shown, evenly spaced by send time. In a run that is
 * more than 20 times as long as its median request all lanes begin at 0.
 */
export function swimLanesFigure(
  spans: readonly RequestSpan[],
  { startAt, endAt }: Window,
  about: About,
): Figure {
  const shown = spans.length <= MOST_LANES ? spans : evenly(spans, MOST_LANES);
  const durations = Float64Array.from(shown, (span) => span.endAt - span.intendedAt).sort();
  const isAligned = endAt - startAt > LONG_RUN * quantile(durations, 0.5)!;
  const originOf = (span: RequestSpan) => (isAligned ? span.intendedAt : startAt);
  const lastMs = shown.reduce((latest, span) => Math.max(latest, span.endAt - originOf(span)), 0);
  const { axis, unitS } = timeAxis(
    lastMs / 1000,
    isAligned ? "since each was due" : "since the first request",
  );
  const timeOf = (at: number, row: number) => (at - originOf(shown[row]!)) / 1000 / unitS;
  const lanes = shown.map(stretchesOf);
  const fills = (["waiting", "first", "rest", "unfinished", "failed"] as const).filter((fill) =>
    lanes.flat().some((stretch) => stretch.fill === fill),
  );
  const layers = fills.map(
    (fill): Layer => ({
      kind: "boxes",
      fill,
      boxes: lanes.flatMap((lane, row) =>
        lane.filter((stretch) => stretch.fill === fill).map((stretch) => boxOf(stretch, row, timeOf)),
      ),
    }),
  );
  const count =
    shown.length === spans.length
      ? counted(spans.length, "request")
      : `${formatNumber(shown.length)} of ${formatNumber(spans.length)} requests, evenly spaced by send time`;
  return {
    name: "swim_lanes",
    title: "Requests as lanes",
    subtitle: `${count} · one lane each, the first on top${isAligned ? ", each from the instant it was due" : ""}`,
    caution: about.caution,
    panels: [
      {
        name: "Requests by send time",
        y: { scale: "linear", domain: [-shown.length, 0], tight: true, format: plain },
        layers,
        bare: true,
      },
    ],
    x: axis,
    legend: fills.map((fill): LegendEntry => ({ text: WORDS[fill], key: { kind: "fill", fill } })),
    facts: about.facts,
    plotHeight: Math.min(MOST_PX, Math.max(160, LANE_PX * shown.length)),
  };
}

function evenly<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}

/** Waits of less than this are the client's own microseconds. */
const LEAST_WAIT_MS = 1;

function stretchesOf(span: RequestSpan): Stretch[] {
  const { intendedAt, sentAt, firstTokenAt, endAt, failed, unfinished } = span;
  const waiting: Stretch = { fill: "waiting", from: intendedAt, to: sentAt ?? endAt };
  const waited = sentAt === null || sentAt - intendedAt >= LEAST_WAIT_MS ? [waiting] : [];
  if (sentAt === null) return waited;
  if (failed) return [...waited, { fill: "failed", from: sentAt, to: endAt }];
  const last = unfinished ? "unfinished" : "rest";
  return firstTokenAt === null
    ? [...waited, { fill: unfinished ? last : "first", from: sentAt, to: endAt }]
    : [
        ...waited,
        { fill: "first", from: sentAt, to: firstTokenAt },
        { fill: last, from: firstTokenAt, to: endAt },
      ];
}

/** A lane's distance to the edges of its row. */
const MARGIN = 0.14;

function boxOf(
  { from, to }: Stretch,
  row: number,
  timeOf: (at: number, row: number) => number,
): { from: Point; to: Point } {
  return { from: [timeOf(from, row), -(row + 1 - MARGIN)], to: [timeOf(to, row), -(row + MARGIN)] };
}

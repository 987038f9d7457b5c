import { formatBytes } from "../../../core/units.ts";
import { counted, measured } from "../../numbers.ts";
import type { About } from "../about.ts";
import type { Bar, Figure, Layer } from "../spec.ts";
import { barAxis, bound, differencesOf, knobLines, subtitle, WHISKERS } from "./bar-figure.ts";
import type { LoadedRun } from "./facts.ts";
import { shortened } from "./texts.ts";

/** For three lines. */
const HEADROOM = 0.26;
/** Characters of all names together below the bars. */
const NAMES_WIDE = 130;

/** Samples and bytes per second: a bar for each run. */
export function throughputFigure(runs: readonly LoadedRun[], about: About): Figure {
  const half = runs.length === 1 ? 0.13 : runs.length === 2 ? 0.2 : 0.3;
  const bars = runs.map(({ loading: { throughput } }, i): Bar => {
    const { samplesPerS, low, high, bytesPerS } = throughput;
    const interval = low === null && high === null ? null : { low, high };
    return {
      from: i - half,
      to: i + half,
      value: samplesPerS,
      interval,
      label: [
        `${measured(samplesPerS)} samples/s`,
        ...(interval === null ? [] : [`[${bound(low, measured)} to ${bound(high, measured)}]`]),
        ...(bytesPerS === null ? [] : [`${formatBytes(bytesPerS)}/s`]),
      ],
    };
  });
  const different = differencesOf(runs);
  return {
    name: "throughput",
    title: "Throughput",
    subtitle: subtitle(
      different,
      "samples loaded over the time of the counted steps, compute included",
      WHISKERS,
    ),
    caution: about.caution,
    panels: [
      {
        name: "Samples per second",
        y: barAxis(bars, HEADROOM),
        layers: bars.map((bar, look): Layer => ({ kind: "bars", look, bars: [bar] })),
      },
    ],
    x: {
      scale: "groups",
      name: "",
      groups: runs.map(({ run, loading }, i) => [
        shortened(run.name, Math.floor(NAMES_WIDE / runs.length)),
        ...knobLines(different, i),
        `n = ${counted(loading.throughput.steps, "step")}`,
      ]),
    },
    legend: [],
    facts: about.facts,
    plotHeight: 400,
  };
}

import type { GateResult } from "../analysis/gate.ts";
import { judgeGates } from "../benchmarks/serving/gates.ts";
import { GoodputCollector } from "../benchmarks/serving/goodput.ts";
import type { RequestRecord } from "../benchmarks/serving/record.ts";
import type { SloSet } from "../benchmarks/serving/slo.ts";
import type { Goodput } from "../benchmarks/serving/summary-shape.ts";
import { WindowCollector, type WindowFigures } from "../benchmarks/serving/window-figures.ts";
import { isDueWithin, steadyWindow, type Window, wholeWindow } from "../benchmarks/serving/windows.ts";
import type { RequestSpan } from "./figures/serving/collect.ts";
import type { SavedWindow } from "./saved-summary.ts";
import type { AskedVerdict } from "./saved-verdict.ts";

/** Gaps of which each is kept, for intervals; more of them would be gigabytes, and hardly have an interval to be seen. */
const MOST_GAPS = 1_000_000;

export interface RecordWindows {
  whole: SavedWindow | null;
  steady: SavedWindow | null;
  /** As a summary has them, over the steady window where there is one. */
  gates: GateResult[];
}

/**
 * The windows of a run whose summary was never written, from its records, and how it stood by what it was asked to be judged by: a request
 * that was in flight and has a record has failed there. What needs the whole run (cost) is null.
 * @param spans of its requests, in the order of their times
 * @param feed hands over each record once more, in any order: no answer's chunks are kept between
 */
export function windowsOfRecords(
  spans: readonly RequestSpan[],
  feed: (take: (record: RequestRecord) => void) => void,
  { slos, gates }: AskedVerdict,
  mostGaps = MOST_GAPS,
): RecordWindows {
  const steady = steadyWindow(spans);
  const whole = wholeWindow(spans);
  const collected = [whole, steady].map((window) =>
    window === null ? null : new JudgedCollector(window, slos, mostGaps),
  );
  feed((record) => {
    if (record.stage === "run") for (const one of collected) one?.add(record);
  });
  const [ofWhole = null, ofSteady = null] = collected.map((one) => one?.finish() ?? null);
  return {
    whole: ofWhole && savedWindow(ofWhole, null),
    steady: ofSteady && savedWindow(ofSteady, steady?.cut ?? null),
    gates: judgeGates(gates, { whole: ofWhole, steady: ofSteady }),
  };
}

/** A window's figures, and how many requests were good. */
class JudgedCollector {
  readonly #window: Window;
  readonly #figures: WindowCollector;
  readonly #goodput: GoodputCollector | null;

  constructor(window: Window, slos: SloSet | null, mostGaps: number) {
    this.#window = window;
    this.#figures = new WindowCollector(window, mostGaps);
    this.#goodput = slos === null ? null : new GoodputCollector(slos);
  }

  add(record: RequestRecord): void {
    this.#figures.add(record);
    if (isDueWithin(record, this.#window)) this.#goodput?.add(record);
  }

  finish(): JudgedFigures {
    const figures = this.#figures.finish();
    return { ...figures, goodput: this.#goodput?.finish(figures.durationS) ?? null };
  }
}

type JudgedFigures = WindowFigures & { goodput: Goodput | null };

function savedWindow(judged: JudgedFigures, warmupCut: string | null): SavedWindow {
  const { requests, metrics, goodput, ...figures } = judged;
  const { requestThroughputPerS, outputThroughputPerS } = figures;
  // As in summary.json: a run without a duration has no rates.
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    ...figures,
    startUnixMs: null,
    warmupCut,
    requests: { ...requests, byClass: { ...requests.byClass } },
    requestThroughputPerS: finite(requestThroughputPerS),
    outputThroughputPerS: finite(outputThroughputPerS),
    goodput: goodput && { ...goodput, perS: finite(goodput.perS), missed: { ...goodput.missed } },
    stalls: null,
    steadiness: null,
    cost: null,
    metrics,
  };
}

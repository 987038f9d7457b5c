import { metricTable } from "./metric-table.ts";
import { tokensReceived } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";
import { countRequest, noRequests } from "./request-counts.ts";
import { SampleCollector } from "./sample.ts";
import type { WindowSummary } from "./summary-shape.ts";
import type { Window } from "./windows.ts";

/** What the requests of a run say of a window by themselves, without the plan. */
export type WindowFigures = Pick<
  WindowSummary,
  | "durationS"
  | "requests"
  | "requestThroughputPerS"
  | "outputThroughputPerS"
  | "outputTokensReceived"
  | "metrics"
>;

/** Takes a run's requests one by one, in any order, and keeps some numbers of each. */
export class WindowCollector {
  readonly #window: Window;
  readonly #samples: { id: string; unit: string; sample: SampleCollector }[];
  readonly #requests = noRequests();
  /** Of each request that fell due in the window. */
  readonly #dueAt: number[] = [];
  readonly #indices: number[] = [];
  #received = 0;
  /** Requests that succeeded in the window, whenever they fell due. */
  ended = 0;

  /** @param mostPooled gaps that are kept; of more their counts are, which have no intervals */
  constructor(window: Window, mostPooled?: number) {
    this.#window = window;
    this.#samples = metricTable.map((metric) => ({
      id: metric.id,
      unit: metric.unit,
      sample: new SampleCollector(metric, mostPooled),
    }));
  }

  add(r: RequestRecord): void {
    const { startAt, endAt } = this.#window;
    if (r.sentAt !== null) this.#received += tokensReceived(r, startAt, endAt);
    if (r.failure === null && r.endAt >= startAt && r.endAt <= endAt) this.ended++;
    if (r.intendedAt < startAt || r.intendedAt > endAt) return;
    countRequest(this.#requests, r);
    this.#dueAt.push(r.intendedAt);
    this.#indices.push(r.index);
    for (const { sample } of this.#samples) sample.add(r);
  }

  finish(): WindowFigures {
    const { startAt, endAt } = this.#window;
    const durationS = (endAt - startAt) / 1000;
    const order = this.#order();
    const metrics: WindowFigures["metrics"] = {};
    for (const { id, unit, sample } of this.#samples) {
      const found = sample.describe(order);
      metrics[id] = found === null ? null : { unit, ...found };
    }
    return {
      durationS,
      requests: this.#requests,
      requestThroughputPerS: this.ended / durationS,
      outputThroughputPerS: this.#received / durationS,
      outputTokensReceived: this.#received,
      metrics,
    };
  }

  /** The requests in the order of their times; null: they came in it. */
  #order(): Uint32Array | null {
    const [dueAt, indices] = [this.#dueAt, this.#indices];
    const compare = (a: number, b: number) => dueAt[a]! - dueAt[b]! || indices[a]! - indices[b]!;
    if (dueAt.every((_, i) => i === 0 || compare(i - 1, i) <= 0)) return null;
    return Uint32Array.from(dueAt, (_, i) => i).sort(compare);
  }
}

/** The figures of a window from a whole run's records. */
export function windowFigures(run: readonly RequestRecord[], window: Window): WindowFigures {
  const collector = new WindowCollector(window);
  for (const record of run) collector.add(record);
  return collector.finish();
}

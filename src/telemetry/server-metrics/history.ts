import type { Exposition, MetricType, Sample } from "./exposition.ts";
import { type FamilyPart, familyOf } from "./family.ts";
import type { SeriesName } from "./series.ts";

/** A series over a run: its values where they changed. */
export interface SeriesHistory extends SeriesName, FamilyPart {
  /** Numbers of the scrapes at which the value changed, ascending. */
  changedAt: number[];
  /** The values from then on; NaN: none, or not a number. */
  values: number[];
}

/** All that was read in a run. */
export interface MetricsHistory {
  /** When each scrape that succeeded was made, ms on the run's clock. */
  atMs: number[];
  series: SeriesHistory[];
}

/** A series with the text of its new value; null: the server no longer has it. */
export interface Change {
  series: string;
  text: string | null;
}

interface Known {
  history: SeriesHistory;
  text: string | null;
  seenAt: number;
}

/** Keeps of each scrape what changed. */
export class HistoryBook {
  readonly history: MetricsHistory = { atMs: [], series: [] };
  readonly #known = new Map<string, Known>();

  /** @returns what changed since the scrape before; all, at the first */
  add(atMs: number, { samples, types }: Exposition): Change[] {
    const scrape = this.history.atMs.push(atMs) - 1;
    const changes: Change[] = [];
    for (const sample of samples) {
      const known = this.#known.get(sample.series) ?? this.#meet(sample, types);
      // A series that comes twice counts once.
      if (known.seenAt === scrape) continue;
      known.seenAt = scrape;
      if (known.text === sample.text) continue;
      change(known, scrape, sample.text, sample.value);
      changes.push({ series: sample.series, text: sample.text });
    }
    for (const [series, known] of this.#known) {
      if (known.seenAt === scrape || known.text === null) continue;
      change(known, scrape, null, Number.NaN);
      changes.push({ series, text: null });
    }
    return changes;
  }

  #meet({ name, labels, series }: Sample, types: ReadonlyMap<string, MetricType>): Known {
    const history = { name, labels, ...familyOf(name, types), changedAt: [], values: [] };
    this.history.series.push(history);
    const known: Known = { history, text: null, seenAt: -1 };
    this.#known.set(series, known);
    return known;
  }
}

function change(known: Known, scrape: number, text: string | null, value: number): void {
  known.text = text;
  known.history.changedAt.push(scrape);
  known.history.values.push(value);
}

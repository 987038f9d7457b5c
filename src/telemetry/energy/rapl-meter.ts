import { energyOfCounter, type Span } from "../../analysis/energy.ts";
import type { Clock } from "../../core/clock.ts";
import { overSpan } from "./energy.ts";
import type { NamedEnergy } from "./group.ts";
import { type RaplZone, readCounterUj } from "./rapl.ts";

/** Follows RAPL counters over time. Each must be read well before it begins anew, which takes minutes at full power. */
export class RaplMeter {
  readonly #clock: Clock;
  readonly #counters: Counter[];

  constructor(zones: readonly RaplZone[], clock: Clock) {
    this.#clock = clock;
    this.#counters = zones.map((zone) => ({ zone, lastUj: null, joules: 0, atMs: [], values: [] }));
  }

  /** Reads all counters once. One that can no longer be read keeps what it has. */
  read(): void {
    for (const counter of this.#counters) {
      const beforeMs = this.#clock.now();
      try {
        add(counter, readCounterUj(counter.zone), (beforeMs + this.#clock.now()) / 2);
      } catch {
        // The readings then end here, and a window that goes on is not covered.
      }
    }
  }

  /** What the zones of one kind took in a span. */
  within(span: Span, kind: RaplZone["kind"]): NamedEnergy[] {
    return this.#counters
      .filter(({ zone }) => zone.kind === kind)
      .map((counter) => ({
        name: counter.zone.name,
        energy: overSpan(span, energyOfCounter(span, counter), "counter (RAPL)"),
      }));
  }
}

interface Counter {
  zone: RaplZone;
  lastUj: number | null;
  /** Since the first reading. */
  joules: number;
  atMs: number[];
  values: number[];
}

function add(counter: Counter, nowUj: number, atMs: number): void {
  const { lastUj, zone } = counter;
  const grownUj = lastUj === null ? 0 : nowUj - lastUj;
  counter.joules += (grownUj < 0 ? grownUj + zone.rangeUj : grownUj) / 1e6;
  counter.lastUj = nowUj;
  counter.atMs.push(atMs);
  counter.values.push(counter.joules);
}

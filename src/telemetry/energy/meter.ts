import type { Span } from "../../analysis/energy.ts";
import type { Clock } from "../../core/clock.ts";
import { sleepMs } from "../../core/wait.ts";
import type { GpuMonitorStart } from "../gpu/monitor.ts";
import { gpuEnergy } from "./gpu-energy.ts";
import { type GroupEnergy, groupOf, type NamedEnergy, powersOf, unmeasured } from "./group.ts";
import { findRapl } from "./rapl.ts";
import { RaplMeter } from "./rapl-meter.ts";

/** What the machine took in a window; null for a part that it does not have, or that was not asked for. */
export interface EnergyReadings {
  durationS: number;
  gpus: GroupEnergy | null;
  cpuPackages: GroupEnergy;
  /** All that the mainboard feeds (RAPL `psys`); the packages are part of it. */
  platform: GroupEnergy | null;
  /** The whole machine, where its power was given. */
  host: GroupEnergy | null;
}

export interface EnergyMeter {
  /** How long the idle power was measured before the run, in s; null where it was not. */
  readonly idleS: number | null;
  /** What was taken inside a span of the run's clock. For spans that are over. */
  within(span: Span): EnergyReadings;
  /** Ends the readings; what was read stays available. */
  stop(): void;
}

export interface EnergyMeterOptions {
  clock: Clock;
  /** The GPU monitor beside the run, or why there is none; null where none was asked for. */
  gpu: GpuMonitorStart | null;
  /** How long to measure idle power before this resolves, in ms; 0: not at all. */
  idleMs: number;
  /** The whole machine's power as the user measured it, in W. */
  hostWatts: number | null;
  /** Ends the wait for the idle power. */
  signal: AbortSignal;
  /** Where /sys is: `/`, or a stand-in tree in tests. */
  root?: string;
}

/** A read takes some 10 µs a socket. Counters begin anew after minutes at the soonest; ends of windows are interpolated. */
const READ_EVERY_MS = 500;

/** Begins to follow the energy counters, and measures what the machine takes at idle: call it before any load. */
export async function startEnergyMeter(options: EnergyMeterOptions): Promise<EnergyMeter> {
  const { clock, gpu, idleMs, hostWatts, signal, root } = options;
  const rapl = findRapl(root);
  const counters = new RaplMeter(rapl.ok ? rapl.zones : [], clock);
  counters.read();
  const timer = setInterval(() => counters.read(), READ_EVERY_MS);
  timer.unref();

  const gpusIn = (span: Span): NamedEnergy[] =>
    gpu?.ok ? gpu.monitor.summarize(span).map((figures) => gpuEnergy(figures, span)) : [];
  const idle = new Map<string, number>();
  let idleS: number | null = null;
  if (idleMs > 0 && (rapl.ok || gpu?.ok)) {
    const span = { fromMs: clock.now(), toMs: 0 };
    await sleepMs(Math.ceil(idleMs), signal);
    counters.read();
    span.toMs = clock.now();
    idleS = (span.toMs - span.fromMs) / 1000;
    const parts = [gpusIn(span), counters.within(span, "package"), counters.within(span, "platform")];
    for (const [name, watts] of powersOf(parts.flat(), idleS)) idle.set(name, watts);
  }
  return {
    idleS,
    within(span) {
      const durationS = (span.toMs - span.fromMs) / 1000;
      const group = (measured: readonly NamedEnergy[]) => groupOf(measured, idle, durationS);
      const platform = counters.within(span, "platform");
      return {
        durationS,
        gpus: gpu === null ? null : gpu.ok ? group(gpusIn(span)) : unmeasured(gpu.reason),
        cpuPackages: rapl.ok ? group(counters.within(span, "package")) : unmeasured(rapl.reason),
        platform: platform.length === 0 ? null : group(platform),
        host: hostWatts === null ? null : group([hostEnergy(hostWatts, durationS)]),
      };
    },
    stop() {
      clearInterval(timer);
      counters.read();
    },
  };
}

function hostEnergy(watts: number, durationS: number): NamedEnergy {
  const source = `${watts} W as given × time`;
  return { name: "host", energy: { joules: watts * durationS, standardErrorJ: null, source } };
}

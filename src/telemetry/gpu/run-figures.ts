import type { GpuMonitorStart } from "./monitor.ts";
import type { Window } from "./ring.ts";
import { gpuLabel } from "./sample.ts";
import type { SamplerCost } from "./sampler-control.ts";
import type { GpuSource } from "./sampler-messages.ts";
import type { GpuSummary } from "./summary.ts";

/** What the GPUs did during a run. */
export interface GpuFigures {
  devices: GpuSummary[];
  /** Where the figures come from; null where nothing was sampled. */
  source: GpuSource | null;
  /** Sampling period asked for; null likewise. Each device has the one achieved. */
  intervalMs: number | null;
  /** What the sampling took of this machine; null where another program did it. */
  sampler: SamplerCost | null;
  /** What the reader should know about which GPUs these are. */
  note: string | null;
  /** Why there are no figures, or why they end before the run; null when all is there. */
  problem: string | null;
}

/** Ends a monitor and summarizes what it saw inside a window. @returns null where none was asked for */
export async function endMonitor(start: GpuMonitorStart | null, window: Window): Promise<GpuFigures | null> {
  if (start === null) return null;
  if (!start.ok) {
    return { devices: [], source: null, intervalMs: null, sampler: null, note: null, problem: start.reason };
  }
  const { monitor } = start;
  await monitor.stop();
  const { source, intervalMs, note, problem } = monitor;
  return { devices: monitor.summarize(window), source, intervalMs, sampler: monitor.cost(), note, problem };
}

/** A reason to read a figure with care. */
export interface GpuWarning {
  code: string;
  message: string;
  hint: string;
}

/** Held back for less than this share of the time is not worth a word. */
const THROTTLE_SHARE = 0.01;
/** A difference between counter and power worth a word, once the window is long against the counter's steps. */
const ENERGY_DIFFERENCE = 0.1;
const ENERGY_WINDOW_S = 10;
/** A sampler that takes more of a core than this may be felt by what is measured. */
const SAMPLER_SHARE = 0.1;

/** What the figures warn of. */
export function gpuWarnings(figures: GpuFigures): GpuWarning[] {
  const warnings: GpuWarning[] = [];
  const warn = (code: string, message: string, hint: string) => warnings.push({ code, message, hint });
  if (figures.problem !== null) warn("gpu", figures.problem, "The run's other figures do not depend on it.");
  if (figures.note !== null) warn("gpu", figures.note, "Choose GPUs with --gpu.");
  if (figures.source?.kind === "nvidia-smi")
    warn(
      "gpu-source",
      `GPU figures come from nvidia-smi, since NVML could not be used: ${figures.source.why}`,
      "Energy, throttling and PCIe are not among them.",
    );
  for (const device of figures.devices) warnThrottle(device, warn);
  for (const device of figures.devices) warnEnergy(device, warn);
  warnForeign(figures.devices, warn);
  const { sampler, intervalMs } = figures;
  if (sampler !== null && sampler.cpuShare > SAMPLER_SHARE)
    warn(
      "gpu-sampler",
      `sampling the GPUs each ${intervalMs} ms took ${percent(sampler.cpuShare)} of a core`,
      "Raise --gpu-interval.",
    );
  return warnings;
}

type Warn = (code: string, message: string, hint: string) => void;

function warnThrottle(device: GpuSummary, warn: Warn): void {
  const held = device.throttle?.filter(({ share }) => share >= THROTTLE_SHARE) ?? [];
  if (held.length === 0) return;
  const reasons = held.map(({ reason, share }) => `${reason} ${percent(share)}`).join(", ");
  const isPowerOnly = held.every(({ reason }) => reason === "sw_power_cap");
  warn(
    "gpu-throttle",
    `GPU ${gpuLabel(device)} was held back: ${reasons} of the time`,
    isPowerOnly ? "It ran at its power limit." : "Look at its cooling and its power supply.",
  );
}

function warnEnergy({ energy, ...gpu }: GpuSummary, warn: Warn): void {
  if (energy === null || energy.coveredS < ENERGY_WINDOW_S) return;
  const { counterJoules, powerJoules } = energy;
  if (counterJoules === null || powerJoules === null || powerJoules === 0) return;
  const difference = Math.abs(counterJoules / powerJoules - 1);
  if (difference > ENERGY_DIFFERENCE)
    warn(
      "gpu-energy",
      `GPU ${gpuLabel(gpu)}: its energy counter and its power differ by ${percent(difference)} (${Math.round(counterJoules)} J against ${Math.round(powerJoules)} J)`,
      "The counter is used. On Grace Hopper it counts the whole module.",
    );
}

/** Only where the server itself was found on a GPU can another process be called foreign. */
function warnForeign(devices: readonly GpuSummary[], warn: Warn): void {
  const all = devices.flatMap((device) => device.processes ?? []);
  if (!all.some(({ isServer }) => isServer)) return;
  for (const device of devices) {
    const foreign = device.processes?.filter(({ isServer }) => isServer === false) ?? [];
    if (foreign.length === 0) continue;
    const names = foreign.map(
      ({ pid, name, peakMib }) =>
        `${name ?? "?"} (pid ${pid}${peakMib === null ? "" : `, ${Math.round(peakMib)} MiB`})`,
    );
    warn(
      "gpu-foreign",
      `GPU ${gpuLabel(device)} also works for what is not the server under test: ${names.join(", ")}`,
      "Its figures, power and energy are theirs too.",
    );
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

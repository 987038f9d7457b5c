import { optional, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";

const output = { group: "Output" };
const efficiency = { group: "Energy and cost" };

/** Flags for energy and cost. */
export const efficiencyFlags = {
  idleBaseline: optional(
    kind.duration("s"),
    "how long GPU and CPU power is measured at idle before the warm-up, for net energy (default 2s with --gpu-monitor; 0: not at all)",
    efficiency,
  ),
  hostWatts: optional(
    kind.decimal({ min: 1 }),
    "the whole machine's mean power in W, as your own meter shows it, for its energy",
    efficiency,
  ),
  gridIntensity: optional(
    kind.decimal({ min: 0 }),
    "grams of CO2 for each kWh of your grid, to show energy as CO2",
    efficiency,
  ),
  pricePerHour: optional(
    kind.decimal({ min: 0.0001 }),
    "what the machine costs in US dollars an hour, for $ per token, request or sample",
    { ...efficiency, aliases: ["machine-cost"] },
  ),
  price: optional(
    kind.text("NAME"),
    "in place of --price-per-hour: a machine of the price sheet, such as gce:a3-highgpu-1g",
    efficiency,
  ),
  priceSheet: optional(
    kind.text("FILE"),
    "your own prices, in the form of fixtures/prices.yaml; they win over the built-in ones",
    efficiency,
  ),
};

/** Flags for GPUs beside a run. */
export const gpuFlags = {
  gpuMonitor: optional(
    kind.mode(["auto", "require", "off"], "auto"),
    "record GPU memory, utilisation, power, energy, clocks beside the run; require: exit 4 without a GPU",
    output,
  ),
  gpu: optional(
    kind.text("0,2|UUID"),
    "the GPUs to record, by number, UUID or its beginning; default CUDA_VISIBLE_DEVICES, else all",
    output,
  ),
  gpuInterval: withDefault(
    kind.duration("ms", { min: 10 }),
    "100ms",
    "sampling period of the GPU monitor",
    output,
  ),
};

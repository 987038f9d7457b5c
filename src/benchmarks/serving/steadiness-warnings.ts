import type { Steadiness } from "../../analysis/steadiness.ts";
import type { Load } from "./plan.ts";
import type { ServingSummary, Warning } from "./summary-shape.ts";

/** Where the steady window was none: what rose or fell over it, and what that usually means. */
export function steadinessWarnings({ steady }: ServingSummary, load: Load): Warning[] {
  const { ttft = null, inFlight = null } = steady?.steadiness ?? {};
  const drifts = [driftOf("TTFT", ttft), driftOf("requests in flight", inFlight)].filter(
    (text) => text !== null,
  );
  if (drifts.length === 0) return [];
  const rises = [ttft, inFlight].some((one) => one?.verdict === "drifting" && one.z > 0);
  return [
    {
      code: "drifting",
      message: `${drifts.join(", and ")} over the steady window: its figures are an average of different states`,
      hint: isChanging(load)
        ? "The load itself was changing; latencies of a changing load have no single value."
        : rises
          ? "The server does not keep up, and a longer run shows worse figures: lower the load."
          : "It was still warming up, or the load was falling: run longer, or raise --warmup.",
    },
  ];
}

function driftOf(name: string, steadiness: Steadiness | null): string | null {
  if (steadiness?.verdict !== "drifting") return null;
  const { drift, z, pValue } = steadiness;
  const by = drift === null ? "" : ` by ${Math.abs(100 * drift).toFixed(0)} %`;
  return `${name} ${z > 0 ? "rose" : "fell"}${by} (p ${pValue < 0.001 ? "< 0.001" : `= ${pValue.toFixed(3)}`})`;
}

/** Whether the load was meant to change over the run. */
function isChanging(load: Load): boolean {
  return load.kind === "open" && (load.arrival.kind === "ramp" || load.arrival.kind === "trace");
}

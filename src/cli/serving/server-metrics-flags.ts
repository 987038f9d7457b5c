import { optional, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";

const output = { group: "Output" };

/** Flags for the server's own metrics, two of them of seed 004. */
export const serverMetricsFlags = {
  scrapeServerMetrics: withDefault(
    kind.toggle(),
    "false",
    "read the server's own metrics (Prometheus) beside the run: queue, KV cache, its TTFT and ITL; exit 4 where it has none",
    output,
  ),
  metricsUrl: optional(kind.text("URL"), "where they are (default /metrics beside the endpoint)", output),
  scrapeInterval: withDefault(kind.duration("s", { min: 50 }), "1s", "how often they are read", output),
  pmNamespace: optional(
    kind.text("NAME"),
    "of inference-benchmark: accepted, chooses nothing, as metrics are read from the server itself",
    output,
  ),
  pmJob: optional(kind.text("NAME"), "likewise", output),
};

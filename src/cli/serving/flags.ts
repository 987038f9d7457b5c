import { figureFormats } from "../../report/figures/serving/names.ts";
import { themeNames } from "../../report/figures/theme-names.ts";
import { efficiencyFlags, gpuFlags } from "../efficiency/flags.ts";
import { optional, repeated, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";
import { conversationFlags } from "./conversation-flags.ts";
import { loadFlags } from "./load-flags.ts";
import { promptFlags } from "./prompt-flags.ts";
import { seedFlags } from "./seed-flags.ts";
import { serverMetricsFlags } from "./server-metrics-flags.ts";
import { targetFlags } from "./target-flags.ts";

const verdict = { group: "Verdict" };
const output = { group: "Output" };

/** The flags of `inferbench serving`. */
export const servingFlags = {
  ...targetFlags,

  ...loadFlags,

  ...promptFlags,

  ...conversationFlags,

  slo: optional(
    kind.text("LIMITS"),
    "limits that a good request keeps, such as ttft=500ms,tpot=50ms,e2el=10s; with ,p99 at the end, exit 3 unless 99 % of all requests keep them",
    verdict,
  ),
  gate: repeated(
    kind.text("'CONDITION'"),
    "a condition such as 'goodput>=0.95' or 'ttft.p99<800ms'; exit 3 where one does not hold",
    verdict,
  ),
  stall: withDefault(
    kind.duration("ms", { min: 1 }),
    "1s",
    "a pause inside an answer longer than this is counted as a stall",
    verdict,
  ),

  ...efficiencyFlags,

  outdir: optional(kind.text("DIR"), "where results are written (default ./results/serving-<time>)", output),
  overwrite: withDefault(
    kind.toggle(),
    "false",
    "replace the result files in an outdir that is not empty",
    output,
  ),
  runName: optional(kind.text("NAME"), "the run's name in its files (default the outdir's)", output),
  json: withDefault(kind.toggle(), "false", "print summary.json on stdout instead of the table", output),
  figures: withDefault(
    kind.choice(figureFormats),
    "png",
    "pictures of the run, drawn when it is over: latency against throughput, distributions, the run over time, its requests as lanes",
    output,
  ),
  html: withDefault(
    kind.toggle(),
    "true",
    "write report.html when the run is over: one page with the verdict, the numbers, the figures and every request",
    output,
  ),
  theme: withDefault(
    kind.choice(themeNames),
    "light",
    "how they look; print: black and white, one A4 page each",
    output,
  ),
  saveResult: withDefault(
    kind.toggle(),
    "false",
    "also write vllm-result.json, as vllm bench serve writes its result",
    output,
  ),
  ...seedFlags,
  ...serverMetricsFlags,
  ...gpuFlags,
  cloudProbe: withDefault(
    kind.toggle(),
    "true",
    "ask the cloud's metadata service for the instance type, where the machine says it is a cloud's",
    output,
  ),
};

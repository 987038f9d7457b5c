import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type CheckId, checkIds } from "../benchmarks/doctor/check.ts";
import { examine } from "../benchmarks/doctor/doctor.ts";
import { tokenizerPlaces } from "../benchmarks/serving/workload/tokenizer.ts";
import { ExitCode, messageOf, usageError } from "../core/errors.ts";
import { version } from "../core/version.ts";
import { doctorText } from "../report/doctor-text.ts";
import { METADATA_SERVICE } from "../results/environment/cloud.ts";
import { readHost } from "../results/environment/host.ts";
import { builtInPrices } from "../results/prices/built-in.ts";
import { redactText } from "../results/redact-text.ts";
import { strictJson } from "../results/strict-json.ts";
import { command } from "./command.ts";
import { optional, withDefault } from "./flags/flag.ts";
import * as kind from "./flags/kinds.ts";
import { printResult } from "./output.ts";
import { withSpinner } from "./ui/spinner.ts";

const requiredKind = { ...kind.list(kind.choice(checkIds)), placeholder: "NAME,…" };

/** `inferbench doctor`. */
export const doctorCommand = command({
  name: "doctor",
  description: "what this machine can measure, and what stands in the way",
  examples: [
    "doctor",
    "doctor --endpoint http://localhost:8000 --dir /mnt/nvme",
    "doctor --require gpu,rapl --json",
  ],
  flags: {
    dir: withDefault(
      kind.text("DIR"),
      ".",
      "the directory whose disk is looked at; a small file is written there",
    ),
    endpoint: optional(kind.text("URL"), "a server that has to be reachable"),
    hub: withDefault(kind.toggle(), "false", "ask whether the model hub is reachable (HF_ENDPOINT)"),
    require: optional(requiredKind, `what has to be there, else exit 4: any of ${checkIds.join(", ")}`),
    cloudProbe: withDefault(
      kind.toggle(),
      "true",
      "ask the cloud's metadata service for the instance type, where the machine says it is a cloud's",
    ),
    json: withDefault(kind.toggle(), "false", "print JSON instead of the table"),
  },
  async run({ values }) {
    const required = values.require ?? [];
    const machine = { root: "/", env: process.env };
    const examining = examine({
      machine,
      directory: directoryOf(values.dir),
      endpoint: endpointOf(values.endpoint, required),
      hubUrl: values.hub || required.includes("hub") ? tokenizerPlaces(process.env).hubUrl : null,
      metadataUrl: values.cloudProbe ? METADATA_SERVICE : null,
      prices: builtInPrices(),
      required,
    });
    const checks = await withSpinner("looking at this machine", examining);
    const host = readHost(machine.root, machine.env);
    printResult(
      values.json
        ? strictJson({ tool: "inferbench", version, host, checks })
        : doctorText(host, version, checks),
    );
    return checks.some(({ status }) => status === "fail") ? ExitCode.environment : ExitCode.ok;
  },
});

function directoryOf(path: string): string {
  try {
    if (statSync(path).isDirectory()) return resolve(path);
  } catch (error) {
    throw usageError(`--dir: ${messageOf(error)}`);
  }
  throw usageError(`--dir: ${path} is no directory`);
}

function endpointOf(text: string | undefined, required: readonly CheckId[]): URL | null {
  if (text === undefined) {
    if (required.includes("endpoint")) throw usageError("--require endpoint needs --endpoint URL");
    return null;
  }
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw usageError(
      `--endpoint: "${redactText(text)}" is no URL`,
      "It begins with http:// or https://, as in http://localhost:8000.",
    );
  }
  return url;
}

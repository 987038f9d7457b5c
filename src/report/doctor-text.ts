import type { Check, CheckId } from "../benchmarks/doctor/check.ts";
import type { Host } from "../results/environment/host.ts";

const WIDTH = 80;

/** What people call what is looked at. */
const NAMES: Readonly<Record<CheckId, string>> = {
  gpu: "GPU",
  nvml: "NVML",
  cuda: "CUDA",
  rapl: "CPU energy",
  cpu: "CPU",
  governor: "governor",
  clock: "clock",
  memory: "memory",
  "open-files": "open files",
  disk: "disk",
  "o-direct": "O_DIRECT",
  "io-uring": "io_uring",
  cloud: "cloud",
  endpoint: "endpoint",
  hub: "hub",
};

/** The checks in 80 columns: one line each, with what to do below it. */
export function doctorText(host: Host, version: string, checks: readonly Check[]): string {
  const { name, os, kernel, arch, container } = host;
  const about = [name, os, kernel, arch, container].filter((part) => part !== null).join(" · ");
  const nameWidth = Math.max(...checks.map(({ id }) => NAMES[id].length));
  const lines = checks.flatMap(({ id, status, found, advice }) => {
    const label = `${status.padEnd(4)}  ${NAMES[id].padEnd(nameWidth)}  `;
    const [first, ...rest] = wrapped(found, WIDTH - label.length);
    const hanging = " ".repeat(label.length);
    const todo = advice === null ? [] : wrapped(advice, WIDTH - label.length - 2);
    return [
      label + first,
      ...rest.map((line) => hanging + line),
      ...todo.map((line, i) => `${hanging}${i === 0 ? "→" : " "} ${line}`),
    ];
  });
  return [
    `inferbench ${version} doctor`,
    ...wrapped(about, WIDTH),
    "",
    ...lines,
    "",
    countsText(checks),
  ].join("\n");
}

function countsText(checks: readonly Check[]): string {
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  return `${count("ok")} ok · ${count("warn")} warn · ${count("fail")} fail`;
}

/** Breaks at blanks; a longer word (a path, an address) anywhere. */
function wrapped(text: string, width: number): string[] {
  return Bun.wrapAnsi(text, width, { hard: true }).split("\n");
}

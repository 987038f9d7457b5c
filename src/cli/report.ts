import { ExitCode } from "../core/errors.ts";
import { command } from "./command.ts";
import { printResult } from "./output.ts";
import { reportFlags } from "./report/flags.ts";
import { type Operand, operandsOf } from "./report/operand.ts";
import { refuseAnothers } from "./report/outdir.ts";
import { reportProfile } from "./report/profile.ts";
import { reportServing } from "./report/serving.ts";
import { reportStorage } from "./report/storage.ts";
import { type Wish, wishOf } from "./report/wish.ts";

export const reportCommand = command({
  name: "report",
  description:
    "saved runs as a page and pictures, in other formats, and as other tools would have measured them",
  examples: [
    "report results/run1",
    "report results/run1 results/run2 --html",
    "report results/run1 --definitions vllm",
    "report results/run1 results/run2 --format csv",
    "report metrics/baseline metrics/more-workers --theme print",
    "report vllm-rate4.json vllm-rate8.json results/run1 --figures png --outdir results/compared",
    "report results/rate1 results/rate2 results/rate4 --figures svg --theme print --outdir results/curve",
  ],
  operand: "DIR|FILE…",
  flags: reportFlags,
  async run({ values, sources }, paths) {
    const operands = operandsOf(paths);
    const [{ kind }] = operands;
    refuseAnothers(values.outdir, paths);
    printResult(await reporters[kind](wishOf(values, sources), paths));
    return ExitCode.ok;
  },
});

const reporters: Record<Operand["kind"], (wish: Wish, paths: readonly string[]) => string | Promise<string>> =
  {
    serving: reportServing,
    storage: reportStorage,
    profile: reportProfile,
    "result-file": reportServing,
  };

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StorageSummary } from "../../src/benchmarks/storage/summary-shape.ts";
import { openCuda } from "../../src/native/cuda/open.ts";
import type { Snapshot } from "../../src/native/nvml/snapshot.ts";
import { isKnown } from "../../src/native/nvml/values.ts";

type Env = Readonly<Record<string, string | undefined>>;
type Verdict = (holds: boolean, text: string) => void;

/** 128 MiB a step, in copies of 32 MiB: beyond that, bandwidth no longer grows. */
const WORKLOAD =
  "--sample-count 32 --sample-size-kb 4096 --gbs 32 --mbs 8 --steps 5 --num-workers 2 --prefetch-depth 1 --compute-ms 0 --no-calibrate --no-cloud-probe --json";

/** GB/s of one lane, each way, by PCIe generation: the transfer rate less its coding (8b/10b, from 3 on 128b/130b, from 6 on FLITs). */
const LANE_GB_PER_S: Readonly<Record<number, number>> = {
  1: 0.25,
  2: 0.5,
  3: 0.985,
  4: 1.969,
  5: 3.938,
  6: 7.563,
};
/** Of the link: less is a pinned copy that is none, or a link that is shared. */
const LEAST_SHARE = 0.5;

/**
 * `storage --to-gpu --verify` to each GPU: every byte that was copied is read back and compared, and the bandwidth is that of the link.
 * @param command the executable
 */
export async function checkCopies(
  command: readonly string[],
  gpus: readonly Snapshot[],
  env: Env,
  verdict: Verdict,
): Promise<void> {
  console.log("== copies by storage --to-gpu");
  const opening = openCuda(env);
  if (!opening.ok) {
    console.log(`not checked: ${opening.reason}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "inferbench-check-gpu-"));
  try {
    for (const gpu of gpus) await checkGpu(command, gpu, { folder, env }, verdict);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function checkGpu(
  command: readonly string[],
  { index, pcie }: Snapshot,
  { folder, env }: { folder: string; env: Env },
  verdict: Verdict,
): Promise<void> {
  const flags = ["storage", "--to-gpu", "--gpu", String(index), "--verify", "--run-name", `gpu${index}`];
  const child = Bun.spawn([...command, ...flags, ...WORKLOAD.split(" ")], {
    cwd: folder,
    env: { ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [said, problem, exit] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  const summary = said === "" ? null : (JSON.parse(said) as StorageSummary);
  const { toGpu = null } = summary ?? {};
  // 5: the emulated compute was off, which is another matter.
  if ((exit !== 0 && exit !== 5) || toGpu === null) {
    verdict(false, `GPU ${index}: copying ended with exit ${exit}: ${problem.trim()}`);
    return;
  }
  const { bytes, bytesPerS, setup, verified } = toGpu;
  verdict(
    verified && bytes > 0,
    `GPU ${index}: ${(bytes / 1e9).toFixed(2)} GB came back as they were copied`,
  );
  const rate = (bytesPerS ?? 0) / 1e9;
  const about = `GPU ${index}: ${rate.toFixed(1)} GB/s to the device, from ${(setup.pinnedBytes / 1e9).toFixed(2)} GB that were pinned in ${setup.pinMs.toFixed(0)} ms`;
  const lane = isKnown(pcie.maxGeneration) ? LANE_GB_PER_S[pcie.maxGeneration] : undefined;
  if (lane === undefined || !isKnown(pcie.width)) {
    verdict(rate > 1, `${about}; the driver does not tell its PCIe link: at least 1 GB/s`);
    return;
  }
  const link = lane * pcie.width;
  // Grace and its like have a faster way than PCIe.
  const isWithin = rate <= link || process.arch === "arm64";
  verdict(
    rate >= LEAST_SHARE * link && isWithin,
    `${about}: ${((100 * rate) / link).toFixed(0)} % of its PCIe ${pcie.maxGeneration} ×${pcie.width} link of ${link.toFixed(1)} GB/s (from ${100 * LEAST_SHARE} to 100 %)`,
  );
}

import { autoregression } from "../../analysis/series.fake.ts";
import { rngFor } from "../../core/rng.ts";
import { record } from "./record.fake.ts";
import type { RequestRecord } from "./record.ts";

export interface SimulatedRun {
  requests: number;
  /** Coefficient of the AR(1) process that the logarithm of TTFT follows; 0: independent requests. */
  phi: number;
  /** TTFT at the start over its steady level: the warm-up, which ends at a share of the run drawn from 5 to 25 %; null: none. */
  warmupFrom: number | null;
}

/** Medians and the sd of the logarithm of TTFT: log-normal, so that its mean is `TTFT_MS · exp(sd² / 2)` and its quantiles `TTFT_MS · exp(sd z)`. */
export const TTFT_MS = 200;
export const TTFT_SD = 0.5;
export const RUN_MS = 100_000;

/** The records of a run with known truth: Poisson arrivals over 100 s, each answer 300 ms after its first token. */
export function simulatedRun(
  seed: number,
  { requests, phi, warmupFrom }: SimulatedRun,
): { records: RequestRecord[]; warmupEndMs: number } {
  const rng = rngFor(seed, "simulated run");
  const warmupEndMs = warmupFrom === null ? 0 : (0.05 + 0.2 * rng.uniform()) * RUN_MS;
  const atMs = Float64Array.from({ length: requests }, () => RUN_MS * rng.uniform()).sort();
  const logs = autoregression(rng, requests, phi);
  const records = Array.from(atMs, (at, index) => {
    const cold = at < warmupEndMs ? warmupFrom! + (1 - warmupFrom!) * (at / warmupEndMs) : 1;
    const first = at + TTFT_MS * cold * Math.exp(TTFT_SD * logs[index]!);
    const answer = {
      firstByteAt: first,
      firstTokenAt: first,
      firstAnswerAt: first,
      lastTokenAt: first + 300,
    };
    return record({ index, intendedAt: at, sentAt: at, ...answer, endAt: first + 300 });
  });
  return { records, warmupEndMs };
}

import { gateCheck } from "../../gate-text.ts";
import { fitnessCheck, junitText } from "../junit.ts";
import type { StorageSummaryFile } from "./saved-summary.ts";

/** Storage runs as JUnit's XML: a suite a run, a case for its end, one for the harness, and one for each gate. */
export function storageJunit(summaries: readonly StorageSummaryFile[]): string {
  return junitText(
    summaries.map(({ run, steps, windowS, validity, gates, wasKilled }) => ({
      tool: "inferbench storage",
      run: run.runName,
      startedAt: run.startedAt,
      durationS: windowS,
      checks: [
        {
          name: "the run came to its end",
          failure:
            wasKilled || steps.done < steps.asked ? `${steps.done} of ${steps.asked} steps were done` : null,
        },
        fitnessCheck("the harness was fit to measure", validity),
        ...gates.map(gateCheck),
      ],
    })),
  );
}

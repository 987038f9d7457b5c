import { junitText } from "../junit.ts";
import type { StorageSummaryFile } from "./saved-summary.ts";

/** Storage runs as JUnit's XML: a suite a run, a case for its end and one for the harness. */
export function storageJunit(summaries: readonly StorageSummaryFile[]): string {
  return junitText(
    summaries.map(({ run, steps, windowS, validity, wasKilled }) => ({
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
        {
          name: "the harness was fit to measure",
          failure: validity.verdict === "unfit" ? validity.reasons.join(", ") : null,
        },
      ],
    })),
  );
}

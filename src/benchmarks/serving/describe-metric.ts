import { type Distribution, describe } from "../../analysis/describe.ts";
import { describeCensored } from "../../analysis/describe-censored.ts";
import type { Sample } from "./sample.ts";

/** What a metric's sample says; null for an empty one. */
export function describeSample({ values, isCensored, clusters }: Sample): Distribution | null {
  return clusters === null ? describeCensored(values, isCensored) : describe(values, { clusters });
}

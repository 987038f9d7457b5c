import type { Bounded } from "../analysis/bounded.ts";
import { type Difference, difference } from "../analysis/difference.ts";
import type { Profile } from "../benchmarks/profile/profile-shape.ts";
import { differenceText, noiseText } from "./differences.ts";
import { boundedText } from "./numbers.ts";
import { capacityAsked, capacityText } from "./profile-text.ts";

type Found = Pick<Profile, "run" | "capacity" | "slos">;

/** What stands above the columns of `capacityRows`. */
export const CAPACITY_HEADS = [
  "profile",
  "capacity",
  "of",
  "tok/s",
  "$/M output tokens",
  "J/token",
  "from the first, %",
] as const;

/** Capacities of several profiles side by side; empty where none was searched for. */
export function capacityRows(profiles: readonly Found[]): string[][] {
  if (profiles.length < 2 || profiles.every(({ capacity }) => capacity === null)) return [];
  const [first] = profiles;
  return profiles.map((profile, i) => {
    const { run, capacity, slos } = profile;
    if (capacity === null)
      return [run.runName, "not searched for", ...CAPACITY_HEADS.slice(2).map(() => "-")];
    const { at, share } = capacity;
    return [
      run.runName,
      capacityText(capacity),
      capacityAsked(share, slos),
      textOf(at?.outputTokensPerS),
      textOf(at?.usdPerMOutputTokens),
      textOf(at?.joulesPerOutputToken),
      i === 0 ? "" : changeText(first!, profile),
    ];
  });
}

function textOf(bounded: Bounded | null | undefined): string {
  return bounded ? boundedText(bounded) : "-";
}

/** Of capacities of one service level alone: others are no more and no less. */
function changeText(from: Found, to: Found): string {
  const [one, other] = [from.capacity, to.capacity];
  if (one === null || other === null || one.ratePerS === null || other.ratePerS === null) return "-";
  if (capacityAsked(one.share, from.slos) !== capacityAsked(other.share, to.slos)) return "other limits";
  const found = difference({ ...one, value: one.ratePerS }, { ...other, value: other.ratePerS });
  const percent = 100 / one.ratePerS;
  const scaled = (value: number | null) => (value === null ? null : value * percent);
  const change: Difference = {
    ...found,
    value: found.value * percent,
    low: scaled(found.low),
    high: scaled(found.high),
  };
  return `${differenceText(change)}, ${noiseText(change)}`;
}

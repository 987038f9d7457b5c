import { parseThinkTime, type ThinkTime } from "../../benchmarks/serving/workload/think-time.ts";
import { optional, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";

const conversations = { group: "Conversations" };

const thinkTimeKind: kind.Kind<ThinkTime> = {
  placeholder: "TIME|SHAPE:…",
  allowed:
    "a think time such as 2s, exponential:2s (mean), uniform:1s-5s or lognormal:2s,1s (mean and standard deviation)",
  parse: parseThinkTime,
};

/** The flags of `inferbench serving` that are about conversations. */
export const conversationFlags = {
  conversations: withDefault(
    kind.toggle(),
    "false",
    "take whole conversations of the --dataset as sessions, each turn sent after the answer to the one before, with all that was said until then; --rate, --ramp and --num-prompts then count sessions",
    conversations,
  ),
  turns: optional(kind.integer({ min: 1 }), "the first so many turns of each conversation", conversations),
  thinkTime: optional(
    thinkTimeKind,
    "from the end of an answer to the next turn: fixed (2s), exponential:2s, uniform:1s-5s, or lognormal:2s,1s (mean, sd); default 0s",
    conversations,
  ),
};

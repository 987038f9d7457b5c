import { firstPrompts, type SessionSource } from "../../benchmarks/serving/workload/conversation.ts";
import { drawnSessions } from "../../benchmarks/serving/workload/conversations.ts";
import { withSessionNonce } from "../../benchmarks/serving/workload/session-nonce.ts";
import { readConversations } from "../../benchmarks/serving/workload/sharegpt-conversations.ts";
import type { TokenCounter } from "../../benchmarks/serving/workload/token-counter.ts";
import type { Vocabulary } from "../../benchmarks/serving/workload/vocabulary.ts";
import { usageError } from "../../core/errors.ts";
import type { ServingValues } from "./config.ts";
import { mostTokens } from "./lengths.ts";
import type { Texts } from "./workload.ts";

/** Flags about conversations that would be ignored are errors. */
export function refuseConversationFlags(values: ServingValues): void {
  for (const [flag, isGiven, needs, isThere] of [
    ["--turns", values.turns !== undefined, "--conversations", values.conversations],
    ["--think-time", values.thinkTime !== undefined, "--conversations", values.conversations],
    ["--conversations", values.conversations, "--dataset", values.dataset !== undefined],
  ] as const) {
    if (isGiven && !isThere) throw usageError(`${flag} has no effect without ${needs}`);
  }
}

/** The dataset's whole conversations, for each salt. @throws ToolError USAGE */
export function conversationTexts(
  values: ServingValues,
  dataset: string,
  counter: TokenCounter,
  vocabulary: Vocabulary,
): (salt: number | null) => Texts {
  const baseSessions = sessionsOf(values, dataset, counter);
  const base = firstPrompts(baseSessions);
  return (salt) => {
    const sessions = salt === null ? baseSessions : withSessionNonce(baseSessions, salt, vocabulary);
    return { base, baseSessions, prompts: firstPrompts(sessions), sessions };
  };
}

function sessionsOf(values: ServingValues, path: string, counter: TokenCounter): SessionSource {
  const limits = { ...mostTokens(values), mostTurns: values.turns ?? null };
  const conversations = readConversations(path, counter, limits);
  return drawnSessions(conversations, values.seed, values.thinkTime ?? { kind: "constant", ms: 0 }, {
    kind: "sharegpt conversations",
    path,
    ...limits,
  });
}

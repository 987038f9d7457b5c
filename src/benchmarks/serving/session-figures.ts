import { describe } from "../../analysis/describe.ts";
import { ttftMs } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";
import type { SessionFigures, TurnFigures } from "./summary-shape.ts";

/** So many turns have figures of their own; those after them share the last. */
const TURNS_APART = 10;

/** Pure: what came of the conversations that were begun. @param run records of the run, in the order of their times */
export function sessionFigures(run: readonly RequestRecord[]): SessionFigures {
  const sessions = Map.groupBy(run, (r) => r.session);
  const figures = {
    started: sessions.size,
    completed: 0,
    brokenOff: 0,
    cutOff: 0,
    turns: { planned: 0, due: run.length, unsentAfterFailure: 0, unsentAtEnd: 0 },
  };
  for (const turns of sessions.values()) {
    const last = turns.reduce((a, b) => (b.turn! > a.turn! ? b : a));
    const unsent = last.turns! - last.turn! - 1;
    figures.turns.planned += last.turns!;
    switch (endOf(last)) {
      case "completed":
        figures.completed++;
        break;
      case "broken off":
        figures.brokenOff++;
        figures.turns.unsentAfterFailure += unsent;
        break;
      case "cut off":
        figures.cutOff++;
        figures.turns.unsentAtEnd += unsent;
        break;
    }
  }
  const byTurn = Map.groupBy(run, (r) => Math.min(r.turn!, TURNS_APART - 1));
  return {
    ...figures,
    firstTurns: turnFigures(run.filter((r) => r.turn === 0)),
    laterTurns: turnFigures(run.filter((r) => r.turn !== 0)),
    byTurn: [...byTurn]
      .sort(([a], [b]) => a - b)
      .map(([turn, records]) => ({
        turn: turn + 1,
        andLater: turn === TURNS_APART - 1,
        ...turnFigures(records),
      })),
  };
}

/** How a session ended, by its last turn: a turn that went well, with text to go on with, was followed unless time was over. */
function endOf(last: RequestRecord): "completed" | "broken off" | "cut off" {
  if (last.failure !== null) return last.failure.class === "aborted" ? "cut off" : "broken off";
  if (last.turn === last.turns! - 1) return "completed";
  return last.channels.answer === 0 ? "broken off" : "cut off";
}

function turnFigures(records: readonly RequestRecord[]): TurnFigures {
  const successes = records.filter((r) => r.failure === null);
  const ttft = describe(successes.map(ttftMs).filter((ms) => ms !== null));
  const prompts = successes.reduce((sum, r) => sum + (r.usage?.promptTokens ?? r.promptTokens), 0);
  const isCacheKnown = successes.length > 0 && successes.every((r) => r.usage?.cachedTokens != null);
  const cached = successes.reduce((sum, r) => sum + (r.usage?.cachedTokens ?? 0), 0);
  return {
    due: records.length,
    succeeded: successes.length,
    promptTokensMean: successes.length === 0 ? null : prompts / successes.length,
    cachedShare: isCacheKnown && prompts > 0 ? cached / prompts : null,
    ttft: ttft === null ? null : { unit: "ms", ...ttft },
  };
}

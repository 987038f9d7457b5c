import { promptTokensAfter } from "../history-tokens.ts";
import type { RequestRecord, SessionTurn } from "../record.ts";
import type { SessionSource } from "../workload/conversation.ts";
import type { Prompt } from "../workload/prompt.ts";

/** A turn that a dead worker would have sent next. */
export interface OwedTurn {
  index: number;
  place: SessionTurn;
  intendedAt: number;
  prompt: Pick<Prompt, "promptTokens" | "maxTokens">;
}

/**
 * Of each session that a dead worker had begun, or that was to begin by the schedule, the one turn at which it broke off: the first that
 * has no record, unless the session was over by then.
 * @param sessions the worker's own
 * @param finished its records of the run
 */
export function owedTurns(
  sessions: SessionSource,
  finished: readonly RequestRecord[],
  worker: {
    /** When each session begins; null in a closed loop. */
    begun: Float64Array | null;
    diedAt: number;
    /** Requests that it had sent by its last word. */
    sent: number;
  },
): OwedTurn[] {
  const { begun, diedAt, sent } = worker;
  const latest = new Map<number, RequestRecord>();
  for (const r of finished) {
    const known = latest.get(r.session!);
    if (known === undefined || r.turn! > known.turn!) latest.set(r.session!, r);
  }
  const owed: OwedTurn[] = [];
  let seen = 0;
  // In a closed loop sessions begin in their order: all up to the last one seen, and as many more as were sent and never finished.
  const isBegun = (i: number) =>
    begun === null ? seen < latest.size || owed.length < sent - finished.length : i < begun.length;
  for (let i = 0; isBegun(i); i++) {
    const { number, firstIndex, turns } = sessions.at(i);
    const last = latest.get(number);
    if (last !== undefined) seen++;
    const turn = last === undefined ? 0 : last.turn! + 1;
    const isOver = last !== undefined && (last.failure !== null || last.channels.answer === 0);
    const next = turns[turn];
    if (isOver || next === undefined) continue;
    const index = firstIndex + turn;
    const startAt = begun?.[i] ?? diedAt;
    owed.push({
      index,
      place: { session: number, turn, turns: turns.length },
      intendedAt: last === undefined ? startAt : last.endAt + sessions.thinkMs(index),
      prompt: {
        promptTokens: last === undefined ? next.promptTokens : promptTokensAfter(last, next.promptTokens),
        maxTokens: next.maxTokens,
      },
    });
  }
  return owed;
}

import { rngFor } from "../../../core/rng.ts";
import type { Conversations, SessionSource } from "./conversation.ts";
import { drawnOrders } from "./drawn.ts";
import { drawThinkMs, type ThinkTime } from "./think-time.ts";

/**
 * Sessions from a list of conversations, in a drawn order. A session's requests are numbered from the sum of the turns of all
 * sessions before it, and each think time is drawn by a generator of its own: neither depends on what happens in the run.
 */
export function drawnSessions(
  { turns: conversations, cutShort }: Conversations,
  seed: number,
  thinkTime: ThinkTime,
  describe: Readonly<Record<string, unknown>>,
): SessionSource {
  const orderOf = drawnOrders(conversations.length, seed);
  const turnsInRound = conversations.reduce((sum, { length }) => sum + length, 0);
  const starts = new Map<number, Uint32Array>();
  const startsOf = (round: number) => {
    let places = starts.get(round);
    if (places === undefined) {
      let turns = 0;
      places = orderOf(round).map((conversation) => {
        turns += conversations[conversation]!.length;
        return turns - conversations[conversation]!.length;
      });
      starts.set(round, places);
    }
    return places;
  };
  return {
    describe: { ...describe, conversations: conversations.length, cutShort, turns: turnsInRound, thinkTime },
    conversations: conversations.length,
    cutShort,
    mostTurns: conversations.reduce((most, { length }) => Math.max(most, length), 0),
    thinkTime,
    at(number) {
      const round = Math.floor(number / conversations.length);
      const place = number % conversations.length;
      const turns = conversations[orderOf(round)[place]!]!;
      return { number, firstIndex: round * turnsInRound + startsOf(round)[place]!, turns };
    },
    thinkMs: (request) => drawThinkMs(thinkTime, rngFor(seed, "think", request)),
  };
}

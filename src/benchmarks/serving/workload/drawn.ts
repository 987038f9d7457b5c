import { permutation, rngFor } from "../../../core/rng.ts";
import type { Prompt, PromptSource } from "./prompt.ts";

/**
 * The order in which items of a list are used: random by the seed, each once before any is used again.
 * @returns one round's: places in the list
 */
export function drawnOrders(count: number, seed: number): (round: number) => Uint32Array {
  const orders = new Map<number, Uint32Array>();
  return (round) => {
    let order = orders.get(round);
    if (order === undefined) {
      order = permutation(count, rngFor(seed, "order", round));
      orders.set(round, order);
    }
    return order;
  };
}

/** Prompts from a list, in a drawn order. */
export function drawnPrompts(
  prompts: readonly Prompt[],
  seed: number,
  describe: Readonly<Record<string, unknown>>,
): PromptSource {
  const orderOf = drawnOrders(prompts.length, seed);
  return {
    describe: { ...describe, prompts: prompts.length },
    at: (index) => prompts[orderOf(Math.floor(index / prompts.length))[index % prompts.length]!]!,
  };
}

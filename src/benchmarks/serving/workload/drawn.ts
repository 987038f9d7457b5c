import { permutation, rngFor } from "../../../core/rng.ts";
import type { Prompt, PromptSource } from "./prompt.ts";

/** Prompts from a list, in a seeded random order, each used once before any is used again. */
export function drawnPrompts(
  prompts: readonly Prompt[],
  seed: number,
  describe: Readonly<Record<string, unknown>>,
): PromptSource {
  const orders = new Map<number, Uint32Array>();
  const orderOf = (round: number) => {
    let order = orders.get(round);
    if (order === undefined) {
      order = permutation(prompts.length, rngFor(seed, "order", round));
      orders.set(round, order);
    }
    return order;
  };
  return {
    describe: { ...describe, prompts: prompts.length },
    at: (index) => prompts[orderOf(Math.floor(index / prompts.length))[index % prompts.length]!]!,
  };
}

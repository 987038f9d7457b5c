import { bodyOf, type ServingPlan } from "./plan.ts";
import type { Protocol } from "./protocols/protocol.ts";
import type { Prompt, PromptSource } from "./workload/prompt.ts";

/**
 * Prepared ahead: at most so many bodies and so many characters. Making one takes about 0.1 ms, which would be lateness if it
 * happened when its request is due.
 */
const AHEAD_BODIES = 32_768;
const AHEAD_CHARS = 32_000_000;
/** How many taken bodies may stand before what is left is moved up. */
const TAKEN_BODIES = 4096;

export interface PreparedBody {
  prompt: Prompt;
  body: string;
}

/** Bodies in the plan's order, made ahead of their time, so that a request that is due need not wait for its text. */
export class BodyQueue {
  readonly #plan: ServingPlan;
  readonly #protocol: Protocol;
  readonly #prompts: PromptSource;
  readonly #count: number;
  #ready: PreparedBody[] = [];
  #head = 0;
  #made = 0;
  #chars = 0;

  /** @param count how many there are in all; Infinity for an endless supply */
  constructor(plan: ServingPlan, protocol: Protocol, prompts: PromptSource, count: number) {
    this.#plan = plan;
    this.#protocol = protocol;
    this.#prompts = prompts;
    this.#count = count;
  }

  /** Makes bodies until enough are ahead. */
  fill(): void {
    while (this.prepareOne());
  }

  /** Makes one more body, if there is room ahead. @returns whether it did */
  prepareOne(): boolean {
    const waiting = this.#ready.length - this.#head;
    if (this.#made >= this.#count || waiting >= AHEAD_BODIES || this.#chars >= AHEAD_CHARS) return false;
    const made = this.#make();
    this.#ready.push(made);
    this.#chars += made.body.length;
    return true;
  }

  /** The next body. */
  take(): PreparedBody {
    if (this.#head === this.#ready.length) return this.#make();
    const next = this.#ready[this.#head++]!;
    this.#chars -= next.body.length;
    if (this.#head >= TAKEN_BODIES) {
      this.#ready = this.#ready.slice(this.#head);
      this.#head = 0;
    }
    return next;
  }

  #make(): PreparedBody {
    const prompt = this.#prompts.at(this.#made++);
    return { prompt, body: bodyOf(this.#plan, this.#protocol, prompt) };
  }
}

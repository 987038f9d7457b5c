/** Tokens of a block, as in vLLM. */
const BLOCK_TOKENS = 16;

/** Which beginnings of prompts were seen before, in blocks of 16 tokens; the least recently used are forgotten. */
export class PrefixCache {
  private readonly capacityBlocks: number;
  /** Hashes of block chains in order of use. */
  private readonly blocks = new Map<bigint, true>();

  constructor(capacityTokens: number) {
    this.capacityBlocks = Math.floor(capacityTokens / BLOCK_TOKENS);
  }

  /**
   * The prompt's leading tokens that earlier prompts shared, and from now on the whole prompt is known. At least the last
   * token is never cached: a model must compute something to go on from.
   */
  match(words: readonly string[]): number {
    let chain = 0n;
    let cached = 0;
    let isHit = true;
    const whole = Math.floor((words.length - 1) / BLOCK_TOKENS);
    for (let block = 0; block < whole; block++) {
      const from = block * BLOCK_TOKENS;
      chain = Bun.hash.wyhash(words.slice(from, from + BLOCK_TOKENS).join(" "), chain);
      isHit &&= this.blocks.delete(chain);
      if (isHit) cached += BLOCK_TOKENS;
      this.remember(chain);
    }
    return cached;
  }

  private remember(chain: bigint): void {
    this.blocks.delete(chain);
    this.blocks.set(chain, true);
    if (this.blocks.size <= this.capacityBlocks) return;
    const oldest = this.blocks.keys().next();
    if (!oldest.done) this.blocks.delete(oldest.value);
  }
}

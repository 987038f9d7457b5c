import type { SamplerControl } from "./sampler-control.ts";

/**
 * Calls `round` at once and then at start + k × period, to the instant, without drift, until it says false or the word to stop comes.
 * A round that takes longer than the period costs the rounds in between, which are counted.
 * @param now ms on the clock that `control.sleep` follows
 */
export function runRounds(
  periodMs: number,
  control: Pick<SamplerControl, "isStopped" | "sleep" | "countSkipped">,
  now: () => number,
  round: () => boolean,
): void {
  const startMs = now();
  let k = 0;
  while (!control.isStopped) {
    if (!round()) return;
    const next = Math.max(k + 1, Math.ceil((now() - startMs) / periodMs));
    control.countSkipped(next - k - 1);
    k = next;
    // A wait may end a little early.
    for (let leftMs = 1; leftMs > 0 && !control.isStopped; ) {
      leftMs = startMs + k * periodMs - now();
      control.sleep(leftMs);
    }
  }
}

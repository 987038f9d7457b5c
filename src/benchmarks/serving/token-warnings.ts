import { timedTokens, tokenEvents, tokensPerChunk } from "./metrics.ts";
import type { RequestSettings } from "./plan.ts";
import type { RequestRecord } from "./record.ts";
import type { ServingSummary, Warning } from "./summary-shape.ts";

/** Token counts that differ by more than this share are worth a word. */
const TOKEN_DIFFERENCE = 0.02;
/** Likewise where one of them is an estimate. */
const ESTIMATE_DIFFERENCE = 0.25;
/** Above this share of answers that ended short, the output lengths were not those asked for. */
const SHORT_SHARE = 0.05;

/** What stands against the token counts of a run: who counted, where counts differ, and lengths that were not as asked. */
export function tokenWarnings(
  successes: readonly RequestRecord[],
  { tokens }: ServingSummary,
  settings: RequestSettings,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, hint: string) => warnings.push({ code, message, hint });
  if (successes.length > 0 && (tokens.source.usage ?? 0) < successes.length) {
    const others = Object.keys(tokens.source).filter((s) => s !== "usage" && s !== "none");
    const how = others.length === 0 ? "nor did anything else" : `they were counted by ${others.join(", ")}`;
    const isExact = tokens.source.events === undefined && tokens.source.none === undefined;
    warn(
      "no-usage",
      `the server did not count the tokens of ${successes.length - (tokens.source.usage ?? 0)} answers; ${how}`,
      isExact ? "Exact where the text is whole." : "Give --tokenizer for better counts.",
    );
  }
  if (tokens.promptLengths === "estimated" && tokens.promptByUsage === null) {
    warn(
      "estimated-lengths",
      "prompt lengths are estimates (no tokenizer, and the server does not count them)",
      "Give --tokenizer.",
    );
  }
  const asked = tokens.promptAsked;
  if (tokens.promptByUsage !== null && asked > 0) {
    const difference = tokens.promptByUsage / asked - 1;
    const isEstimate = tokens.promptLengths === "estimated";
    if (Math.abs(difference) > (isEstimate ? ESTIMATE_DIFFERENCE : TOKEN_DIFFERENCE)) {
      const basis = tokens.promptLengths === "estimated" ? "estimated" : "counted";
      warn(
        "prompt-tokens",
        `the server counts ${signed(difference)} prompt tokens than ${basis} (${tokens.promptByUsage} against ${asked})`,
        tokens.promptLengths === "estimated"
          ? "Give --tokenizer for prompts of exact length."
          : "A chat template or another tokenizer explains it.",
      );
    }
  }
  const twice = successes.filter((r) => r.textTokens !== null && r.usage?.completionTokens != null);
  const byServer = twice.reduce((sum, r) => sum + r.usage!.completionTokens!, 0);
  const byClient = twice.reduce((sum, r) => sum + r.textTokens!, 0);
  if (byClient > 0 && Math.abs(byServer / byClient - 1) > TOKEN_DIFFERENCE) {
    warn(
      "output-tokens",
      `the server counts ${signed(byServer / byClient - 1)} output tokens than --tokenizer (${byServer} against ${byClient})`,
      "Is it this model's tokenizer? Tokens that show no text, and text that is split anew, differ too.",
    );
  }
  const counted = successes.filter((r) => r.streamed && r.usage?.completionTokens != null);
  const byUsage = counted.reduce((sum, r) => sum + timedTokens(r), 0);
  const events = counted.reduce((sum, r) => sum + tokenEvents(r), 0);
  if (byUsage > 0 && Math.abs(events / byUsage - 1) > TOKEN_DIFFERENCE) {
    warn(
      "chunks",
      `the server sent ${(byUsage / Math.max(1, events)).toFixed(2)} tokens an event: a chunk is not a token here`,
      `ICL is the gap between chunks. ${itlText(successes)}`,
    );
  }
  const delivered = tokens.outputDelivered;
  if (delivered !== null && delivered.shortShare > SHORT_SHARE) {
    warn(
      "short-answers",
      `${delivered.short} of ${delivered.n} answers ended short of the output length asked for (${tokens.output} of ${tokens.outputAsked} tokens in all)`,
      settings.ignoreEos || settings.minTokens !== null
        ? "The server ended them all the same: it may not know ignore_eos and min_tokens, or its context was full."
        : "Where lengths have to be as asked: --ignore-eos, or --min-output-tokens max (vLLM, SGLang).",
    );
  }
  return warnings;
}

/** Whose gaps ITL is made of. */
function itlText(successes: readonly RequestRecord[]): string {
  const streamed = successes.filter((r) => r.streamed);
  const known = streamed.filter((r) => tokensPerChunk(r) !== null).length;
  if (known === streamed.length) return "ITL is by the tokens that the server counts in each chunk.";
  const whose =
    known === 0
      ? "ITL is shown"
      : `ITL is over ${known} of ${streamed.length} answers alone, those with one token an event; over all`;
  return `${whose} where the server counts tokens in each chunk (--continuous-usage).`;
}

function signed(share: number): string {
  return `${Math.abs(100 * share).toFixed(1)} % ${share > 0 ? "more" : "fewer"}`;
}

import { gpuWarnings } from "../../telemetry/gpu/run-figures.ts";
import { timedTokens, tokenEvents } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";
import { sloValue } from "./slo.ts";
import type { SummaryContext } from "./summary-context.ts";
import type { ServingSummary, Warning } from "./summary-shape.ts";

/** Token counts that differ by more than this share are worth a word. */
const TOKEN_DIFFERENCE = 0.02;
/** Likewise where one of them is an estimate. */
const ESTIMATE_DIFFERENCE = 0.25;
/** Bun's pool of idle connections has this many places (oven-sh/bun#42608); above it connections are opened anew. */
const IDLE_POOL = 64;

/** All warnings of a run. */
export function warningsOf(
  summary: ServingSummary,
  run: readonly RequestRecord[],
  context: SummaryContext,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, hint: string) => warnings.push({ code, message, hint });
  const { load, tokens, whole } = summary;
  const successes = run.filter((r) => r.failure === null);

  if (whole !== null && whole.requests.failed > whole.requests.censored) {
    const failed = whole.requests.failed - whole.requests.censored;
    const [failureClass, count] = Object.entries(whole.requests.byClass)
      .filter(([name]) => name !== "aborted")
      .sort(([, a], [, b]) => b - a)[0]!;
    const example = run.find((r) => r.failure?.class === failureClass)!.failure!.message;
    warn(
      "failures",
      `${failed} of ${whole.requests.total} requests failed, ${count} of them as ${failureClass}: ${example}`,
      "requests.jsonl has each one's class and phase.",
    );
  }
  if (whole !== null && whole.requests.censored > 0) {
    warn(
      "censored",
      `${whole.requests.censored} requests were not finished when the run ended; the true tails are longer than shown`,
      context.result.interrupted ? "The run was interrupted." : "Raise --drain-timeout, or lower the load.",
    );
  }
  if (load.hitCap === "concurrency" && load.kind === "open") {
    warn(
      "held-back",
      `requests had to wait for one of ${load.concurrency} slots (--concurrency): the load was held back`,
      "Latencies from intended time include that wait, those from sent time do not.",
    );
  }
  if (load.hitCap === "client") {
    warn(
      "client-cap",
      load.kind === "open"
        ? `the client held ${load.peakInFlight} requests at once, its own limit; later ones had to wait`
        : `the client held ${load.peakInFlight} requests at once, its own limit, instead of the ${load.concurrency} users asked for`,
      load.kind === "open"
        ? "Latencies from intended time include that wait. Raise the open-files limit or use several machines."
        : "Raise the open-files limit (ulimit -n) or use several machines.",
    );
  }
  const { verdict, reasons } = summary.validity;
  const judged =
    verdict === "unfit" ? "the client was not fit to measure this" : "the client may blur these figures";
  for (const reason of reasons) {
    warn("client", `${judged}: ${reason}`, "Give it a quieter core, or a machine of its own.");
  }
  if (successes.length > 0 && tokens.streamed < successes.length) {
    warn(
      "not-streamed",
      `${successes.length - tokens.streamed} of ${successes.length} answers came in one piece: their TTFT is the time to the whole answer, TPOT and ITL are not known`,
      'Ask for a stream (--stream, or "stream": true in the template).',
    );
  }
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
  addTokenWarnings(successes, summary, warn);
  if (!context.exactLengths && tokens.promptByUsage === null) {
    warn(
      "estimated-lengths",
      "prompt lengths are estimates (no tokenizer, and the server does not count them)",
      "Give --tokenizer.",
    );
  }
  for (const { name } of context.slos?.slos ?? []) {
    if (successes.length > 0 && successes.every((r) => sloValue(name, r) === null)) {
      warn(
        "slo",
        `no request has a ${name}, so that its limit was missed by none`,
        "Ask for a stream, or leave this limit out.",
      );
    }
  }
  if (summary.gpu !== null) warnings.push(...gpuWarnings(summary.gpu));
  if (load.connections === "new, the server closes them") {
    warn(
      "server-closes",
      "the server closes each connection after its answer, so every request opened a new one",
      "Its connect is inside TTFT and latency, as it would be for any client of this server.",
    );
  }
  if (load.peakInFlight > IDLE_POOL && load.kind === "open" && load.connections === "reused") {
    warn(
      "connections",
      `up to ${load.peakInFlight} requests were in flight, and only ${IDLE_POOL} idle connections are kept: some requests include a TCP connect`,
      "On a fast network this is well under a millisecond; with TLS or a long way it is not.",
    );
  }
  return warnings;
}

function addTokenWarnings(
  successes: readonly RequestRecord[],
  { tokens }: ServingSummary,
  warn: (code: string, message: string, hint: string) => void,
): void {
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
      "ICL is the gap between chunks. ITL is shown where the server counts tokens in each chunk (--continuous-usage).",
    );
  }
}

function signed(share: number): string {
  return `${Math.abs(100 * share).toFixed(1)} % ${share > 0 ? "more" : "fewer"}`;
}

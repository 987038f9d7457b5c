import { eventGaps } from "../../benchmarks/serving/definitions.ts";
import type { RequestRecord } from "../../benchmarks/serving/record.ts";
import type { VllmFile } from "./vllm.ts";

/** The lists of requests in a file of vLLM's, as far as it has them. */
export interface VllmDetails {
  /** In ms, ascending; of successes. */
  values: Readonly<Record<"ttft" | "tpot" | "itl" | "e2el" | "ntpot", Float64Array | null>>;
  /** null where not even the first tokens' times are there. */
  records: RequestRecord[] | null;
  sentPerS: number | null;
}

/**
 * Reads the lists of `--save-detailed`; newer versions write `latencies` without it, too.
 * @param failed how many failed; without their list of errors they cannot be told from the others
 * @returns null where there is none that can be used
 */
export function vllmDetails(file: VllmFile, failed: number): VllmDetails | null {
  const { ttfts, itls, output_lens: outputs, latencies, start_times: starts, errors } = file;
  if (errors === null && failed > 0) return null;
  const isGood = (i: number) => (errors?.[i] ?? "") === "";
  const good = (list: readonly (number | null)[] | null) =>
    list?.flatMap((value, i) => (value !== null && Number.isFinite(value) && isGood(i) ? [value] : [])) ??
    null;
  const records =
    ttfts === null || itls === null || outputs === null
      ? null
      : ttfts.map((_, i) => recordOf(file, i, isGood(i) ? null : errors![i]!));
  const e2el = good(latencies);
  if (records === null && e2el === null) return null;
  const successes = records?.filter(({ failure }) => failure === null) ?? null;
  return {
    values: {
      ttft: ascendingMs(good(ttfts)),
      tpot: successes === null ? null : Float64Array.from(successes.flatMap(tpotMs)).sort(),
      itl: successes === null ? null : gapsOf(successes),
      e2el: ascendingMs(e2el ?? successes?.map(({ endAt, sentAt }) => (endAt - sentAt!) / 1000) ?? null),
      ntpot: ascendingMs(
        outputs === null
          ? null
          : (latencies ?? []).flatMap((latency, i) =>
              latency !== null && outputs[i] && isGood(i) ? [latency / outputs[i]] : [],
            ),
      ),
    },
    records,
    sentPerS: starts === null ? null : rateOf(starts.filter((at) => at !== null)),
  };
}

function recordOf(file: VllmFile, i: number, error: string | null): RequestRecord {
  const { ttfts, itls, output_lens, input_lens, latencies, start_times } = file;
  const startS = start_times?.[i] ?? null;
  const sentAt = startS === null ? 0 : 1000 * startS;
  const ttftMs = 1000 * (ttfts![i] ?? 0);
  const chunkUs = [1000 * ttftMs];
  for (const gapS of itls![i] ?? []) chunkUs.push(chunkUs.at(-1)! + 1e6 * gapS);
  const latencyMs = latencies?.[i] == null ? chunkUs.at(-1)! / 1000 : 1000 * latencies[i];
  const count = output_lens![i] ?? 0;
  const hasTokens = error === null && ttftMs > 0;
  return {
    index: i,
    stage: "run",
    model: null,
    session: null,
    turn: null,
    turns: null,
    intendedAt: startS === null ? Number.NaN : sentAt,
    sentAt,
    headersAt: null,
    firstByteAt: hasTokens ? sentAt + ttftMs : null,
    firstTokenAt: hasTokens ? sentAt + ttftMs : null,
    firstAnswerAt: null,
    lastTokenAt: hasTokens ? sentAt + chunkUs.at(-1)! / 1000 : null,
    endAt: sentAt + Math.max(latencyMs, hasTokens ? chunkUs.at(-1)! / 1000 : 0),
    streamed: true,
    httpStatus: null,
    finishReason: null,
    promptTokens: input_lens?.[i] ?? 0,
    maxTokens: count,
    usage: { promptTokens: null, completionTokens: count, cachedTokens: null, reasoningTokens: null },
    textTokens: null,
    channels: { answer: hasTokens ? chunkUs.length : 0, reasoning: 0, tool: 0 },
    chunkUs: hasTokens ? Float64Array.from(chunkUs) : new Float64Array(),
    chunkEvents: new Float64Array(hasTokens ? chunkUs.length : 0).fill(1),
    chunkTokens: null,
    bytesReceived: 0,
    failure: error === null ? null : { class: "stream-error", phase: "body", message: error },
  };
}

/** vLLM leaves out answers of one token. */
function tpotMs({ firstTokenAt, endAt, usage }: RequestRecord): number[] {
  const tokens = usage!.completionTokens!;
  return firstTokenAt === null || tokens < 2 ? [] : [(endAt - firstTokenAt) / (tokens - 1)];
}

function gapsOf(records: readonly RequestRecord[]): Float64Array {
  const gaps: number[] = [];
  for (const record of records) eventGaps(record, gaps);
  return Float64Array.from(gaps).sort();
}

function ascendingMs(seconds: readonly number[] | null): Float64Array | null {
  return seconds === null ? null : Float64Array.from(seconds, (s) => 1000 * s).sort();
}

function rateOf(startsS: readonly number[]): number | null {
  // Without spreading the list: there may be a million of them.
  const spanS =
    startsS.reduce((a, b) => Math.max(a, b), 0) - startsS.reduce((a, b) => Math.min(a, b), Infinity);
  return startsS.length > 1 && spanS > 0 ? (startsS.length - 1) / spanS : null;
}

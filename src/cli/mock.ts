import { ExitCode, usageError } from "../core/errors.ts";
import { parseDurationMs } from "../core/units.ts";
import { parseFreeze } from "../mock/engine/freeze.ts";
import type { EngineSettings } from "../mock/engine/make-engine.ts";
import { FAULT_KINDS } from "../mock/faults/kinds.ts";
import { parseFault } from "../mock/faults/parse.ts";
import { type MockServer, startMock } from "../mock/server.ts";
import { systemClock } from "../native/system-clock.ts";
import { startMetronome } from "../workers.ts";
import { command } from "./command.ts";
import { type FlagValues, flagName, optional, repeated, withDefault } from "./flags/flag.ts";
import { choice, decimal, duration, integer, type Kind, text, toggle } from "./flags/kinds.ts";
import type { Source } from "./flags/resolve.ts";
import { printResult } from "./output.ts";

const server = "Server";
const fixed = "Engine fixed: every request by the same schedule, however many there are";
const batching = "Engine batching: continuous batching as vLLM does it";
const answers = "Answers";
const trouble = "Trouble";

const faultForms = Object.entries(FAULT_KINDS)
  .map(([kind, { form }]) => kind + form)
  .join(" ");

/** `NAME=TIME`, the name up to the last `=`. */
const modelTime: Kind<{ model: string; ms: number }> = {
  placeholder: "NAME=TIME",
  allowed: "a model's name, = and a duration, such as small=20ms",
  parse(given) {
    const place = given.lastIndexOf("=");
    const ms = parseDurationMs(given.slice(place + 1), "ms");
    return place < 1 || ms === null ? undefined : { model: given.slice(0, place), ms };
  },
};

const flags = {
  host: withDefault(text("HOST"), "127.0.0.1", "address to listen on", { group: server }),
  port: withDefault(integer({ min: 0, max: 65_535 }), "8000", "0 picks a free one", { group: server }),
  model: repeated(text("NAME"), "name of a model that is served; mock-model if none is given", {
    group: server,
  }),
  anyModel: withDefault(toggle(), "false", "answer requests for other models, too", { group: server }),
  apiKey: optional(text("KEY"), "ask for this key, except at /health and /metrics", { group: server }),
  maxModelLen: withDefault(integer({ min: 2 }), "32768", "most tokens of prompt and answer together", {
    group: server,
  }),
  duration: optional(duration("s"), "stop after this time; else at SIGINT or SIGTERM", { group: server }),
  stopWithStdin: withDefault(
    toggle(),
    "false",
    "stop when standard input ends, as it does with the program that holds it",
    { group: server },
  ),
  truth: optional(
    text("FILE"),
    "write what really happened to each generation request, one JSON line each; the file is emptied first; -: standard output",
    { group: server },
  ),
  seed: withDefault(integer(), "1", "of all random numbers: texts, lengths, jitter, faults", {
    group: server,
  }),
  engine: withDefault(choice(["fixed", "batching"]), "fixed", "which model of a server makes the tokens", {
    group: server,
  }),
  ttft: withDefault(duration("ms"), "50ms", "time to the first token", { group: fixed }),
  modelTtft: repeated(modelTime, "time to the first token of one --model, where it is not --ttft", {
    group: fixed,
  }),
  itl: withDefault(duration("ms"), "10ms", "time between tokens", { group: fixed }),
  maxNumSeqs: withDefault(integer({ min: 1 }), "64", "most requests that run at once", { group: batching }),
  maxNumBatchedTokens: withDefault(
    integer({ min: 1 }),
    "8192",
    "most tokens of a step, prefill and decode together",
    { group: batching },
  ),
  prefillTokensPerS: withDefault(decimal({ min: 1 }), "20000", "prefill speed", { group: batching }),
  stepBase: withDefault(duration("ms"), "8ms", "time of a step without requests and prefill", {
    group: batching,
  }),
  stepPerSeq: withDefault(duration("ms"), "0.05ms", "what each request adds to a step", { group: batching }),
  kvTokens: withDefault(
    integer({ min: 2 }),
    "200000",
    "tokens that fit into the KV cache; when it is full, the newest request is preempted and computed again",
    { group: batching },
  ),
  prefixCache: withDefault(
    toggle(),
    "false",
    "prompts that begin as earlier ones cost no prefill there, in blocks of 16 tokens, and usage says so",
    { group: batching },
  ),
  outputTokens: withDefault(
    integer({ min: 1 }),
    "16",
    "length of an answer whose request names no limit, and mean of --output-dist",
    { group: answers },
  ),
  outputDist: optional(
    choice(["fixed", "uniform", "geometric"]),
    "draw each answer's length, at most the request's limit; else answers are as long as the limit",
    { group: answers },
  ),
  jitter: withDefault(
    decimal({ min: 0, max: 10 }),
    "0",
    "relative standard deviation of token gaps (fixed) or of step times (batching); lognormal with mean 1",
    { group: trouble },
  ),
  freeze: repeated(
    text("LENGTH@START"),
    "the engine stands still this long, this long after the first request: 3s@10s. Fixed: tokens due meanwhile leave at its end, all at once. Batching: the step in flight takes longer",
    { group: trouble },
  ),
  fault: repeated(
    text("KIND[:ARG…]@WHERE"),
    `misbehave. WHERE is *, p=0.05, or request numbers such as 3,7,10-20. KIND, where N counts tokens: ${faultForms}`,
    { group: trouble },
  ),
};

/** `inferbench mock`. */
export const mockCommand = command({
  name: "mock",
  description: "a simulated model server with known truth, to try and to calibrate against",
  examples: [
    "mock --port 8000 --ttft 200ms --itl 20ms",
    "mock --engine batching --max-num-seqs 32 --kv-tokens 50000 --truth truth.jsonl",
    "mock --port 0 --fault reset:5@p=0.02 --fault no-done@3,7-9 --freeze 2s@10s",
  ],
  flags,
  async run({ values, sources }) {
    refuseOtherEngine(values.engine, sources);
    refuseOtherModel(values);
    // Asked for before the server starts, so that no signal falls between.
    const stopWanted = untilStopped(values.duration, values.stopWithStdin);
    const mock = await start(values);
    printResult(`listening on ${mock.url}`);
    await stopWanted;
    await mock.stop();
    return ExitCode.ok;
  },
});

/** Flags that only one of the engines looks at. */
const ENGINE_FLAGS = {
  fixed: ["ttft", "modelTtft", "itl"],
  batching: ["maxNumSeqs", "maxNumBatchedTokens", "prefillTokensPerS", "stepBase", "stepPerSeq", "kvTokens"],
} as const;

/** @throws ToolError USAGE for a flag that would be ignored */
function refuseOtherEngine(engine: keyof typeof ENGINE_FLAGS, sources: ReadonlyMap<string, Source>): void {
  const other = engine === "fixed" ? "batching" : "fixed";
  const ignored = ENGINE_FLAGS[other].find(
    (key) => sources.get(key) === "flag" || sources.get(key) === "file",
  );
  if (ignored !== undefined) {
    throw usageError(
      `--${flagName(ignored)} has no effect with --engine ${engine}`,
      `Add --engine ${other}.`,
    );
  }
}

/** @throws ToolError USAGE for the time of a model that is not served */
function refuseOtherModel({ model, modelTtft, anyModel }: FlagValues<typeof flags>): void {
  const other = modelTtft.find((of) => !model.includes(of.model));
  if (other !== undefined && !anyModel)
    throw usageError(`--model-ttft names "${other.model}", which no --model does`);
}

async function start(values: FlagValues<typeof flags>): Promise<MockServer> {
  const isTruthOnStdout = values.truth === "-";
  return startMock({
    alarm: await startMetronome(systemClock()),
    host: values.host,
    port: values.port,
    ...(values.model.length > 0 ? { models: values.model } : {}),
    modelTtftMs: new Map(values.modelTtft.map(({ model, ms }) => [model, ms])),
    anyModel: values.anyModel,
    apiKey: values.apiKey ?? null,
    maxModelLen: values.maxModelLen,
    engine: engineOf(values),
    kvTokens: values.kvTokens,
    jitter: values.jitter,
    seed: values.seed,
    freezes: values.freeze.map(parseFreeze),
    outputTokens: values.outputTokens,
    outputDist: values.outputDist ?? "max-tokens",
    hasPrefixCache: values.prefixCache,
    faults: values.fault.map(parseFault),
    truthPath: isTruthOnStdout ? null : (values.truth ?? null),
    onTruth: isTruthOnStdout ? (truth) => printResult(JSON.stringify(truth)) : null,
  });
}

function engineOf(values: FlagValues<typeof flags>): EngineSettings {
  if (values.engine === "fixed") return { kind: "fixed", ttftMs: values.ttft, itlMs: values.itl };
  return {
    kind: "batching",
    maxNumSeqs: values.maxNumSeqs,
    maxBatchedTokens: values.maxNumBatchedTokens,
    prefillTokensPerS: values.prefillTokensPerS,
    stepBaseMs: values.stepBase,
    stepPerSeqMs: values.stepPerSeq,
  };
}

/** Resolves at SIGINT, SIGTERM, after `limitMs`, or at the end of standard input. */
function untilStopped(limitMs: number | undefined, withStdin: boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = limitMs === undefined ? undefined : setTimeout(stop, limitMs);
    // A server that could not start is not waited for; one that runs keeps the process by itself.
    timer?.unref();
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    if (withStdin) process.stdin.on("end", stop).on("error", stop).resume();
  });
}

import { backends } from "../../benchmarks/serving/protocols/registry.ts";
import { parseRamp, type Ramp } from "../../benchmarks/serving/workload/ramp.ts";
import { figureFormats } from "../../report/figures/serving/names.ts";
import { themeNames } from "../../report/figures/theme-names.ts";
import { optional, repeated, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";

const target = { group: "Target" };
const load = { group: "Load" };
const prompts = { group: "Prompts" };
const verdict = { group: "Verdict" };
const output = { group: "Output" };

const positive = kind.integer({ min: 1 });

/** `128`, or `64-256` for lengths drawn evenly between the two. */
const tokenRange: kind.Kind<{ min: number; max: number }> = {
  placeholder: "N|MIN-MAX",
  allowed: "a number of tokens such as 128, or a range such as 64-256",
  parse(text) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(text);
    if (match === null) return undefined;
    const min = Number(match[1]);
    const max = Number(match[2] ?? match[1]);
    return min >= 1 && max >= min ? { min, max } : undefined;
  },
};

const rampKind: kind.Kind<Ramp> = {
  placeholder: "SHAPE:FROM-TO/TIME",
  allowed: "a ramp such as linear:10-100/60s or exponential:1-64/5m (requests per second, over a time)",
  parse: parseRamp,
};

const workersKind: kind.Kind<number | "auto"> = {
  placeholder: "N|auto",
  allowed: "a whole number from 1 to 256, or auto",
  parse: (text) => (text === "auto" ? "auto" : kind.integer({ min: 1, max: 256 }).parse(text)),
};

/** The flags of `inferbench serving`. */
export const servingFlags = {
  endpoint: optional(
    kind.text("URL"),
    "the server, with the path that takes requests: http://localhost:8000/v1/completions",
    target,
  ),
  host: withDefault(
    kind.text("NAME"),
    "localhost",
    "the server's host, where no --endpoint is given",
    target,
  ),
  port: optional(
    kind.integer({ min: 1, max: 65_535 }),
    "the server's port, where no --endpoint is given",
    target,
  ),
  backend: optional(kind.choice(backends), "the wire format; without it the endpoint's path tells", target),
  model: optional(kind.text("NAME"), "the model to ask for; default the first of /v1/models", target),
  stream: withDefault(
    kind.toggle(),
    "true",
    "ask for a stream of tokens (--no-stream: whole answers)",
    target,
  ),
  continuousUsage: withDefault(
    kind.toggle(),
    "false",
    "ask for token counts with every chunk, which makes ITL exact where chunks hold several tokens (vLLM)",
    target,
  ),
  ignoreEos: withDefault(
    kind.toggle(),
    "false",
    "ask the server to go on past its end token (vLLM, SGLang)",
    target,
  ),
  extraBody: optional(kind.text("JSON"), "further fields of each request's body, as a JSON object", target),
  header: repeated(kind.text("'NAME: VALUE'"), "a header of each request", target),
  apiKeyFile: optional(
    kind.text("FILE"),
    "file that holds the API key; without it OPENAI_API_KEY is used where it is set",
    target,
  ),
  requestBodyTemplate: optional(
    kind.text("JSON"),
    "each request's body, with {prompt}, {max_tokens} and {model} in it",
    target,
  ),
  responseTextPath: optional(
    kind.text("PATH"),
    "where the text stands in a template server's answers, such as choices[0].text",
    target,
  ),
  responseTokensPath: optional(
    kind.text("PATH"),
    "where the number of output tokens stands in a template server's answers",
    target,
  ),
  proxy: optional(kind.text("URL"), "proxy for all requests; HTTP_PROXY is ignored", target),
  insecure: withDefault(kind.toggle(), "false", "accept any TLS certificate", target),
  keepalive: withDefault(
    kind.toggle(),
    "true",
    "use connections again (--no-keepalive: a new one each)",
    target,
  ),
  preflight: withDefault(
    kind.toggle(),
    "true",
    "send one small request before the load, to find mistakes",
    target,
  ),
  preflightTimeout: withDefault(kind.duration("s"), "60s", "how long that request may take", target),

  rate: optional(
    kind.rate(),
    "requests per second, sent as a Poisson process whatever the server does (open loop); inf: all at once",
    { ...load, aliases: ["request-rate"] },
  ),
  arrival: withDefault(
    kind.choice(["poisson", "constant", "gamma", "burst"]),
    "poisson",
    "how the requests of --rate follow one another",
    load,
  ),
  burstiness: optional(
    kind.decimal({ min: 0.01 }),
    "shape of gamma gaps: 1 is Poisson, below requests cluster (with --arrival gamma)",
    load,
  ),
  burstSize: optional(positive, "requests at once (with --arrival burst)", load),
  ramp: optional(
    rampKind,
    "in place of --rate: a Poisson process whose rate goes from one to the other, then stays",
    load,
  ),
  trace: optional(
    kind.text("FILE"),
    "send times, prompt and answer lengths from a trace: Mooncake, BurstGPT, Azure, or JSON lines of our own",
    load,
  ),
  timeScale: withDefault(
    kind.decimal({ min: 0.000001 }),
    "1",
    "multiplies a trace's times: 2 is half as fast",
    load,
  ),
  maxRequests: optional(positive, "the first so many requests of a trace", load),
  concurrency: optional(
    positive,
    "with --rate: requests in flight at the most; alone: so many users, each sending its next request when the last is answered (closed loop; 8 where neither is given)",
    { ...load, aliases: ["max-concurrency"] },
  ),
  duration: optional(kind.duration("s", { min: 1 }), "stop sending after this time (default 60s)", load),
  numPrompts: optional(positive, "stop after so many requests (default 1000 with --rate inf)", {
    ...load,
    aliases: ["num-requests"],
  }),
  workers: withDefault(
    workersKind,
    "1",
    "processes that send, each its share of one schedule; auto: as many as the load needs and cores are spare",
    load,
  ),
  warmup: withDefault(kind.integer({ min: 0 }), "0", "requests before the run, outside the statistics", load),
  drainTimeout: withDefault(
    kind.duration("s"),
    "30s",
    "how long to wait for answers after the last request",
    load,
  ),
  firstTokenTimeout: withDefault(
    kind.duration("s"),
    "300s",
    "give up a request without a token by then",
    load,
  ),
  chunkTimeout: withDefault(kind.duration("s"), "120s", "give up a stream that is silent for so long", load),
  requestTimeout: withDefault(
    kind.duration("s"),
    "3h",
    "give up a request that is not finished by then",
    load,
  ),
  seed: withDefault(
    kind.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    "0",
    "same seed, same prompts and same send times",
    load,
  ),

  promptDist: withDefault(
    kind.choice(["uniform", "fixed", "choices", "normal", "lognormal"]),
    "uniform",
    "how the lengths of synthetic prompts are spread",
    prompts,
  ),
  minTokens: withDefault(positive, "8", "shortest synthetic prompt, in tokens", prompts),
  maxTokens: withDefault(positive, "128", "longest synthetic prompt, in tokens", prompts),
  promptTokens: optional(positive, "prompt length with --prompt-dist fixed", prompts),
  choicesTokens: optional(
    kind.list(positive),
    "prompt lengths with --prompt-dist choices, such as 32,64,128",
    prompts,
  ),
  meanTokens: optional(kind.decimal({ min: 1 }), "mean of --prompt-dist normal and lognormal", prompts),
  stdevTokens: optional(kind.decimal({ min: 0 }), "standard deviation of normal and lognormal", prompts),
  outputTokens: withDefault(tokenRange, "128", "tokens to ask for in each answer", prompts),
  samplePromptsFile: optional(
    kind.text("FILE"),
    'prompts from a file: one a line, or JSON lines {"prompt": "…", "max_tokens": N}',
    prompts,
  ),
  dataset: optional(
    kind.text("FILE"),
    "prompts and output lengths from a dataset in ShareGPT's shape",
    prompts,
  ),
  maxInputLength: withDefault(positive, "1024", "leave out longer prompts of the dataset", prompts),
  maxOutputLength: withDefault(positive, "1024", "leave out longer answers of the dataset", prompts),
  tokenizer: optional(
    kind.text("FILE|DIR|NAME"),
    "tokenizer.json, its folder, or a hub name; without one, lengths are estimates",
    prompts,
  ),
  cache: withDefault(
    kind.choice(["fresh", "warm"]),
    "fresh",
    "fresh: random words at the head of each prompt, so that a prefix cache does not know it; warm: prompts as they are",
    prompts,
  ),
  cacheSalt: optional(
    kind.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    "seed of those words, to send the very same texts again",
    prompts,
  ),

  slo: optional(
    kind.text("LIMITS"),
    "limits that a good request keeps, such as ttft=500ms,tpot=50ms,e2el=10s; with ,p99 at the end, exit 3 unless 99 % of all requests keep them",
    verdict,
  ),
  gate: repeated(
    kind.text("'CONDITION'"),
    "a condition such as 'goodput>=0.95' or 'ttft.p99<800ms'; exit 3 where one does not hold",
    verdict,
  ),

  outdir: optional(kind.text("DIR"), "where results are written (default ./results/serving-<time>)", output),
  overwrite: withDefault(
    kind.toggle(),
    "false",
    "replace the result files in an outdir that is not empty",
    output,
  ),
  runName: optional(kind.text("NAME"), "the run's name in its files (default the outdir's)", output),
  json: withDefault(kind.toggle(), "false", "print summary.json on stdout instead of the table", output),
  figures: withDefault(
    kind.choice(figureFormats),
    "png",
    "pictures of the run, drawn when it is over: latency against throughput, distributions, the run over time, its requests as lanes",
    output,
  ),
  theme: withDefault(
    kind.choice(themeNames),
    "light",
    "how they look; print: black and white, one A4 page each",
    output,
  ),
  saveResult: withDefault(
    kind.toggle(),
    "false",
    "also write vllm-result.json, as vllm bench serve writes its result",
    output,
  ),
  gpuMonitor: optional(
    kind.mode(["auto", "require", "off"], "auto"),
    "record GPU memory, utilisation and power beside the run; require: exit 4 without a GPU",
    output,
  ),
  gpuInterval: withDefault(
    kind.duration("ms", { min: 10 }),
    "100ms",
    "sampling period of the GPU monitor",
    output,
  ),
  cloudProbe: withDefault(
    kind.toggle(),
    "true",
    "ask the cloud's metadata service for the instance type, where the machine says it is a cloud's",
    output,
  ),
};

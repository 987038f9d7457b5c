import { parseRamp, type Ramp } from "../../benchmarks/serving/workload/ramp.ts";
import { optional, repeated, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";

const load = { group: "Load" };
const positive = kind.integer({ min: 1 });

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

/** Flags for how many requests are sent, and when. */
export const loadFlags = {
  rate: optional(
    kind.rate(),
    "requests (sessions, with --conversations) per second, sent as a Poisson process whatever the server does (open loop); inf: all at once",
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
  until: repeated(
    kind.text("FIGURE:N%"),
    "in place of --duration: stop once this is known so well, such as ttft.p99:5% (its 95 % interval is ± 5 %) or tpot.mean:2%; given several times, all must hold",
    load,
  ),
  maxDuration: optional(
    kind.duration("s", { min: 1 }),
    "how long --until may take at the most (default 10m)",
    load,
  ),
  numPrompts: optional(positive, "stop after so many requests or sessions (default 1000 with --rate inf)", {
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
  arrivalSeed: optional(
    kind.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    "seed of the send times alone, for other times with prompts of the same lengths (default --seed)",
    load,
  ),
};

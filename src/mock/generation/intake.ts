import type { Clock } from "../../core/clock.ts";
import { assertNever } from "../../core/errors.ts";
import type { Timeline } from "../../core/timeline.ts";
import type { Engine } from "../engine/engine.ts";
import { PrefixCache } from "../engine/prefix-cache.ts";
import { type Behaviour, behaviourFor } from "../faults/behaviour.ts";
import type { Exchange } from "../http/exchange.ts";
import type { ServerMetrics } from "../metrics/server-metrics.ts";
import type { MockSettings } from "../settings.ts";
import type { TruthRecord } from "../truth/truth-record.ts";
import type { Route } from "../wire/generation-request.ts";
import { answerId, makeFormat } from "../wire/make-format.ts";
import { type ApiProblem, problem, problemJson } from "../wire/problem.ts";
import { checkRequest, type SoundRequest } from "./check-request.ts";
import { Generation } from "./generation.ts";
import { NUMBER_HEADER, type Reply } from "./reply.ts";
import { StreamReply } from "./stream-reply.ts";
import { WholeReply } from "./whole-reply.ts";

export interface IntakeParts {
  readonly settings: MockSettings;
  readonly engine: Engine;
  readonly metrics: ServerMetrics;
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly onTruth: (truth: TruthRecord) => void;
}

/** Takes generation requests in: numbers them, lets faults befall them, checks them, hands them to the engine. */
export class Intake {
  private readonly parts: IntakeParts;
  private readonly prefixCache: PrefixCache | null;
  private count = 0;

  constructor(parts: IntakeParts) {
    this.parts = parts;
    const { hasPrefixCache, kvTokens } = parts.settings;
    this.prefixCache = hasPrefixCache ? new PrefixCache(kvTokens) : null;
  }

  take(exchange: Exchange, route: Route): void {
    const { settings, metrics, clock, onTruth } = this.parts;
    const number = ++this.count;
    const behaviour = behaviourFor(settings.faults, settings.seed, number);
    if (behaviour.closesAfter) exchange.closesAfter = true;
    const { method, path, headers } = exchange.request;
    const arrival = {
      number,
      id: answerId(route, number),
      path: `${method} ${path}`,
      requestId: headers.get("x-request-id") ?? null,
      receivedAtMs: exchange.receivedAtMs,
      faults: behaviour.faults,
    };
    const generation = new Generation(arrival, metrics, onTruth);
    exchange.onGone = () => generation.end(clock.now(), { status: null, wasAborted: true });
    if (this.open(exchange, generation, behaviour)) this.answer(exchange, route, generation, behaviour);
  }

  /** @returns whether the answer begins normally */
  private open(exchange: Exchange, generation: Generation, { opening }: Behaviour): boolean {
    switch (opening.kind) {
      case "normal":
        return true;
      case "hang":
        return false;
      case "refuse": {
        const retryAfter = opening.retryAfterS === null ? {} : { "retry-after": String(opening.retryAfterS) };
        const refusal = problem(opening.status, "the mock was asked to refuse this request");
        this.refuse(exchange, generation, refusal, retryAfter);
        return false;
      }
      case "garbage":
        exchange.write("HTTQ/1,1 two-hundred ¯\\_(ツ)_/¯\r\ncontent-length\r\n\r\nnonsense");
        generation.end(this.parts.clock.now(), { status: null });
        exchange.fin();
        return false;
      case "reset":
        generation.end(this.parts.clock.now(), { status: null });
        exchange.reset();
        return false;
      default:
        return assertNever(opening);
    }
  }

  private answer(exchange: Exchange, route: Route, generation: Generation, behaviour: Behaviour): void {
    const { number } = generation.arrival;
    const checked = checkRequest(exchange.request.body.toString(), route, number, this.parts.settings);
    if ("status" in checked) this.refuse(exchange, generation, checked);
    else this.start(exchange, generation, behaviour, checked);
  }

  private start(
    exchange: Exchange,
    generation: Generation,
    behaviour: Behaviour,
    { request, length: allowed }: SoundRequest,
  ): void {
    const { settings, engine, metrics, timeline, clock } = this.parts;
    const { number, id } = generation.arrival;
    const { receivedAtMs } = exchange;
    const { promptTokens } = request;
    // A model that says nothing makes one token, the end of the text, which is not sent.
    const length = behaviour.isEmpty ? { tokens: 1, reason: "stop" as const } : allowed;
    const cachedTokens = this.prefixCache?.match(request.promptWords()) ?? null;
    if (cachedTokens !== null) metrics.prefixLookedUp(promptTokens, cachedTokens);
    const model = request.model ?? settings.models[0]!;
    const format = makeFormat(request.route, {
      id,
      created: Math.floor(clock.toUnixMs(receivedAtMs) / 1000),
      model,
    });
    const isToolCall = behaviour.isToolCall && format.channels.includes("tool");
    const content = {
      seed: settings.seed,
      requestNumber: number,
      promptTokens,
      cachedTokens,
      outputTokens: length.tokens,
      reasoningTokens: format.channels.includes("reasoning") ? behaviour.reasoningTokens : 0,
      isToolCall,
      finishReason: isToolCall ? ("tool_calls" as const) : length.reason,
      includesUsage: request.includesUsage,
      includesUsageInEachChunk: request.includesUsageInEachChunk,
    };
    generation.accepted(request, length);
    const context = { exchange, generation, behaviour, content, format, timeline };
    const reply: Reply = request.isStream ? new StreamReply(context) : new WholeReply(context);
    exchange.onGone = () => reply.gone(clock.now());
    const spec = {
      number,
      promptTokens,
      cachedTokens: cachedTokens ?? 0,
      outputTokens: length.tokens,
      receivedAtMs,
      stall: behaviour.stall,
      ttftMs: settings.modelTtftMs.get(model) ?? null,
    };
    reply.begin(engine.submit(spec, reply));
  }

  private refuse(
    exchange: Exchange,
    generation: Generation,
    refusal: ApiProblem,
    more: Readonly<Record<string, string>> = {},
  ): void {
    const headers = {
      "content-type": "application/json",
      [NUMBER_HEADER]: String(generation.arrival.number),
      ...more,
    };
    generation.end(this.parts.clock.now(), { status: refusal.status });
    exchange.respond(refusal.status, problemJson(refusal), headers);
  }
}

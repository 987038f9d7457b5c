import type { Timeline } from "../../core/timeline.ts";
import type { Ticket, TokenSink } from "../engine/engine.ts";
import type { Behaviour } from "../faults/behaviour.ts";
import type { Exchange } from "../http/exchange.ts";
import type { AnswerContent } from "../wire/event-encoder.ts";
import type { Format } from "../wire/format.ts";
import type { Generation } from "./generation.ts";

/** What an answer is made from. */
export interface ReplyContext {
  readonly exchange: Exchange;
  readonly generation: Generation;
  readonly behaviour: Behaviour;
  readonly content: AnswerContent;
  readonly format: Format;
  readonly timeline: Timeline;
}

/** An answer on its way: takes the engine's tokens and puts them on the wire. */
export interface Reply extends TokenSink {
  /** Called once, when the engine has taken the request and before it gives any token. */
  begin(ticket: Ticket): void;
  /** The client went away. */
  gone(nowMs: number): void;
}

/** The name of the header that tells a client its request's number in the truth file. */
export const NUMBER_HEADER = "x-mock-request";

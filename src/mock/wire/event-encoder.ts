import type { Behaviour } from "../faults/behaviour.ts";
import { generatedText } from "../text/words.ts";
import type { Channel, FinishReason, Format } from "./format.ts";
import { httpChunk } from "./framing.ts";
import { problem, problemJson } from "./problem.ts";
import { type Usage, usageJson } from "./usage.ts";

/** What the events of one answer are made of. */
export interface AnswerContent {
  readonly seed: number;
  readonly requestNumber: number;
  readonly promptTokens: number;
  readonly cachedTokens: number | null;
  readonly outputTokens: number;
  /** How many of the first tokens are reasoning. */
  readonly reasoningTokens: number;
  /** Whether the tokens after the reasoning are a tool call's arguments. */
  readonly isToolCall: boolean;
  readonly finishReason: FinishReason;
  readonly includesUsage: boolean;
  readonly includesUsageInEachChunk: boolean;
}

/** JSON of a tool's arguments, around the tokens and escaped for the string that they stand in. */
export const TOOL_ARGUMENTS = { before: '{\\"words\\":\\"', after: '\\"}' } as const;

type Piece = ReturnType<Format["piece"]>;

/** The server-sent events of one streamed answer, each as an HTTP chunk of its own. */
export class EventEncoder {
  private readonly format: Format;
  private readonly behaviour: Behaviour;
  private readonly content: AnswerContent;
  private readonly pieces: Readonly<Record<Channel, Piece>>;
  private readonly answerChannel: Channel;
  private readonly before: string;
  private readonly after: string;

  constructor(format: Format, behaviour: Behaviour, content: AnswerContent) {
    this.format = format;
    this.behaviour = behaviour;
    this.content = content;
    this.pieces = {
      text: format.piece("text"),
      reasoning: format.piece("reasoning"),
      tool: format.piece("tool"),
    };
    this.answerChannel = content.isToolCall ? "tool" : "text";
    const { lineEnd } = behaviour;
    const comment = behaviour.sendsComments ? `: still here${lineEnd}${lineEnd}` : "";
    this.before = `${comment}data: `;
    this.after = `${lineEnd}${lineEnd}`;
  }

  /** The role chunk; empty where the format has none. */
  opening(): string {
    return this.format.opening === null ? "" : this.event(this.format.opening, this.chunkUsage(0));
  }

  /** Events for the tokens from index `from` up to `to`, of which `to` is not one: one event, or one a channel. */
  tokens(from: number, to: number): string {
    const { reasoningTokens } = this.content;
    const edge = Math.min(Math.max(reasoningTokens, from), to);
    let out = "";
    if (edge > from) out += this.tokenEvent("reasoning", from, edge);
    if (to > edge) {
      if (this.answerChannel === "tool" && edge === reasoningTokens) {
        out += this.event(this.format.toolOpening!, this.chunkUsage(edge));
      }
      out += this.tokenEvent(this.answerChannel, edge, to);
    }
    return out;
  }

  /** Everything after the last token, without the last HTTP chunk. @param tokens how many tokens were sent */
  ending(tokens: number): string {
    const { format, behaviour, content } = this;
    let out = "";
    if (behaviour.sendsFinish) {
      const usage = format.finishHasUsage ? this.usage(tokens) : this.chunkUsage(tokens);
      out += this.event(format.finish(content.finishReason), usage);
    }
    const isUsageDue = content.includesUsage && !format.finishHasUsage;
    if (isUsageDue || behaviour.alwaysSendsUsage) out += this.event(format.empty, this.usage(tokens));
    return out + this.done();
  }

  /** An error in the middle of the stream, as vLLM reports one. */
  error(): string {
    const json = problemJson(problem(500, "the mock was asked to fail here"));
    return httpChunk(`${this.before}${json}${this.after}`) + this.done();
  }

  private done(): string {
    return this.behaviour.sendsDone ? httpChunk(`${this.before}[DONE]${this.after}`) : "";
  }

  private tokenEvent(channel: Channel, from: number, to: number): string {
    const { seed, requestNumber, outputTokens, reasoningTokens } = this.content;
    let text = generatedText(seed, requestNumber, to, from);
    if (channel === "tool") {
      if (from === reasoningTokens) text = TOOL_ARGUMENTS.before + text;
      if (to === outputTokens) text += TOOL_ARGUMENTS.after;
    }
    const { before, after } = this.pieces[channel];
    const event = this.event(before + text + after, this.chunkUsage(to));
    return this.behaviour.sendsEmptyChoices ? this.event(this.format.empty, "") + event : event;
  }

  private event(json: string, usage: string): string {
    return httpChunk(`${this.before}${json}${usage}}${this.after}`);
  }

  private chunkUsage(tokens: number): string {
    return this.content.includesUsageInEachChunk ? this.usage(tokens) : "";
  }

  private usage(completionTokens: number): string {
    const { promptTokens, cachedTokens } = this.content;
    const usage: Usage = { promptTokens, completionTokens, cachedTokens };
    return `,"usage":${usageJson(usage)}`;
  }
}

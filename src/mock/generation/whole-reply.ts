import { assertNever } from "../../core/errors.ts";
import { once } from "../../core/timeline.ts";
import type { Ticket } from "../engine/engine.ts";
import type { Cut } from "../faults/behaviour.ts";
import { generatedText } from "../text/words.ts";
import { wholeResponse } from "../wire/framing.ts";
import { problem, problemJson } from "../wire/problem.ts";
import { usageJson } from "../wire/usage.ts";
import { NUMBER_HEADER, type Reply, type ReplyContext } from "./reply.ts";
import { firstHalf } from "./split.ts";

/** An answer without streaming: everything leaves when the last token is there. */
export class WholeReply implements Reply {
  private readonly context: ReplyContext;
  private ticket: Ticket | null = null;
  private made = 0;
  private isOver = false;

  constructor(context: ReplyContext) {
    this.context = context;
  }

  begin(ticket: Ticket): void {
    this.ticket = ticket;
  }

  admitted(atMs: number): void {
    this.context.generation.admitted(atMs);
  }

  token(plannedMs: number, nowMs: number): boolean {
    const { behaviour, content, generation } = this.context;
    const { cut } = behaviour;
    if (cut !== null && this.made >= cut.afterTokens) return this.breakOff(cut, nowMs);
    if (!behaviour.isEmpty) {
      this.made++;
      generation.tokenMade(plannedMs);
      generation.tokensSent(1, nowMs);
      if (this.made < content.outputTokens) return true;
      if (cut !== null) return this.breakOff(cut, nowMs);
    }
    this.sendAfterHeaderDelay(nowMs);
    return false;
  }

  /** Nothing leaves before the end. */
  flush(): void {}

  gone(nowMs: number): void {
    this.ticket?.abort();
    this.end(nowMs, { status: null, wasAborted: true });
  }

  private sendAfterHeaderDelay(nowMs: number): void {
    const { exchange, behaviour, timeline } = this.context;
    const sendAtMs = exchange.receivedAtMs + behaviour.headersAfterMs;
    if (sendAtMs <= nowMs) this.send(nowMs);
    else
      timeline.at(
        sendAtMs,
        once((laterMs) => this.send(laterMs)),
      );
  }

  private send(nowMs: number): void {
    if (this.isOver) return;
    const { exchange, content } = this.context;
    exchange.write(this.response());
    this.end(nowMs, { status: 200, finishReason: content.finishReason });
    exchange.end();
  }

  private breakOff(cut: Cut, nowMs: number): false {
    const { exchange } = this.context;
    switch (cut.kind) {
      case "error-event":
        this.end(nowMs, { status: 500 });
        exchange.respond(500, problemJson(problem(500, "the mock was asked to fail here")));
        return false;
      case "truncate":
        exchange.write(firstHalf(this.response()));
        this.end(nowMs, { status: 200 });
        exchange.fin();
        return false;
      case "reset":
        this.end(nowMs, { status: null });
        exchange.reset();
        return false;
      default:
        return assertNever(cut.kind);
    }
  }

  private response(): string {
    const { content, format, generation } = this.context;
    const { seed, requestNumber, promptTokens, cachedTokens } = content;
    const reasoningTokens = Math.min(content.reasoningTokens, this.made);
    const text = generatedText(seed, requestNumber, this.made, reasoningTokens);
    const body = format.whole({
      text,
      reasoning: reasoningTokens > 0 ? generatedText(seed, requestNumber, reasoningTokens) : null,
      toolArguments: content.isToolCall ? JSON.stringify({ words: text }) : null,
      finishReason: content.finishReason,
      usage: usageJson({ promptTokens, completionTokens: this.made, cachedTokens }),
    });
    return wholeResponse(200, body, {
      "content-type": "application/json",
      [NUMBER_HEADER]: String(generation.arrival.number),
    });
  }

  private end(
    nowMs: number,
    end: { status: number | null; wasAborted?: boolean; finishReason?: string },
  ): void {
    if (this.isOver) return;
    this.isOver = true;
    const { generation, exchange } = this.context;
    const preemptions = this.ticket?.preemptions ?? 0;
    generation.end(nowMs, { ...end, preemptions, blockedWrites: exchange.blockedWrites });
  }
}

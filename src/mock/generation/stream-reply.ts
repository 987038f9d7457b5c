import { once } from "../../core/timeline.ts";
import type { Ticket } from "../engine/engine.ts";
import type { Cut } from "../faults/behaviour.ts";
import { EventEncoder } from "../wire/event-encoder.ts";
import { LAST_CHUNK, responseHead } from "../wire/framing.ts";
import { NUMBER_HEADER, type Reply, type ReplyContext } from "./reply.ts";
import { cutInCharacter, firstHalf } from "./split.ts";

/** Pause between the two halves of an event that is cut in a character, ms. */
const SPLIT_PAUSE_MS = 2;

/** A streamed answer: each token leaves as a server-sent event at the instant it is due. */
export class StreamReply implements Reply {
  private readonly context: ReplyContext;
  private readonly encoder: EventEncoder;
  private ticket: Ticket | null = null;
  /** Bytes to write next. */
  private out = "";
  private isReady = false;
  /** Nothing is written before this instant. */
  private heldUntilMs = 0;
  /** The rest of an event whose first half is on the wire, and the tokens that are sent once it is there too. */
  private secondHalf: { bytes: Buffer; tokens: number } | null = null;
  /** Tokens that the engine made, that are in events, that are on the wire. */
  private made = 0;
  private encoded = 0;
  private sent = 0;
  private eventsInWrite = 0;
  private isRoleOut = false;
  private isComplete = false;
  private isOver = false;

  constructor(context: ReplyContext) {
    this.context = context;
    this.encoder = new EventEncoder(context.format, context.behaviour, context.content);
  }

  begin(ticket: Ticket): void {
    this.ticket = ticket;
    const { behaviour, exchange, generation, timeline } = this.context;
    const { receivedAtMs } = exchange;
    this.out = responseHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      [NUMBER_HEADER]: String(generation.arrival.number),
      "transfer-encoding": "chunked",
    });
    this.isReady = true;
    if (behaviour.headersAfterMs > 0) this.hold(receivedAtMs + behaviour.headersAfterMs);
    const { role } = behaviour;
    if (typeof role === "object" && ticket.firstTokenAtMs !== null) {
      const roleAtMs = Math.max(receivedAtMs, ticket.firstTokenAtMs - role.beforeFirstTokenMs);
      timeline.at(
        roleAtMs,
        once((nowMs) => this.sendRole(nowMs)),
      );
    } else if (role !== "first-token") this.putRole();
    this.flush(receivedAtMs);
  }

  admitted(atMs: number): void {
    this.context.generation.admitted(atMs);
  }

  token(plannedMs: number, nowMs: number): boolean {
    const { behaviour, content, generation } = this.context;
    const { cut } = behaviour;
    if (cut !== null && this.made >= cut.afterTokens) return this.breakOff(cut, nowMs);
    if (behaviour.isEmpty) return this.complete();
    generation.tokenMade(plannedMs);
    this.made++;
    const isLast = this.made === content.outputTokens;
    if (isLast || this.made - this.encoded === behaviour.tokensPerEvent) this.putEvent();
    if (isLast || this.eventsInWrite >= behaviour.eventsPerWrite) this.isReady = true;
    if (!isLast) return true;
    return cut === null ? this.complete() : this.breakOff(cut, nowMs);
  }

  flush(nowMs: number): void {
    if (!this.isReady || this.isOver || nowMs < this.heldUntilMs) return;
    // A token may be handed over when the pause has passed but the timeline has not come to its end yet.
    this.writeSecondHalf(nowMs);
    this.isReady = false;
    this.eventsInWrite = 0;
    const bytes = this.out;
    this.out = "";
    const halves = this.context.behaviour.splitsCharacters ? cutInCharacter(bytes) : null;
    if (halves === null) {
      this.write(bytes, this.encoded, nowMs);
      if (this.isComplete) this.finish(nowMs);
    } else {
      this.context.exchange.write(halves[0]);
      this.secondHalf = { bytes: halves[1], tokens: this.encoded };
      this.hold(nowMs + SPLIT_PAUSE_MS);
    }
  }

  gone(nowMs: number): void {
    this.ticket?.abort();
    this.end(nowMs, { wasAborted: true });
  }

  private putRole(): void {
    this.isRoleOut = true;
    this.out += this.encoder.opening();
  }

  private sendRole(nowMs: number): void {
    if (this.isRoleOut || this.isOver) return;
    this.putRole();
    this.isReady = true;
    this.flush(nowMs);
  }

  private putEvent(): void {
    if (!this.isRoleOut) this.putRole();
    this.out += this.encoder.tokens(this.encoded, this.made);
    this.encoded = this.made;
    this.eventsInWrite++;
  }

  private complete(): false {
    if (!this.isRoleOut) this.putRole();
    this.out += this.encoder.ending(this.made) + LAST_CHUNK;
    this.isReady = true;
    this.isComplete = true;
    return false;
  }

  private breakOff(cut: Cut, nowMs: number): false {
    const { exchange } = this.context;
    if (this.made > this.encoded) this.putEvent();
    this.writeSecondHalf(nowMs);
    if (this.out !== "") this.write(this.out, this.encoded, nowMs);
    switch (cut.kind) {
      case "error-event":
        exchange.write(this.encoder.error() + LAST_CHUNK);
        break;
      case "reset":
        break;
      case "truncate":
        exchange.write(firstHalf(this.encoder.tokens(this.made, this.made + 1)));
        break;
    }
    this.end(nowMs, {});
    if (cut.kind === "error-event") exchange.end();
    else if (cut.kind === "truncate") exchange.fin();
    else exchange.reset();
    return false;
  }

  private hold(untilMs: number): void {
    this.heldUntilMs = untilMs;
    this.context.timeline.at(
      untilMs,
      once((nowMs) => this.release(nowMs)),
    );
  }

  private release(nowMs: number): void {
    if (this.isOver || nowMs < this.heldUntilMs) return;
    this.writeSecondHalf(nowMs);
    if (this.isReady) this.flush(nowMs);
    else if (this.isComplete) this.finish(nowMs);
  }

  private writeSecondHalf(nowMs: number): void {
    if (this.secondHalf === null) return;
    const { bytes, tokens } = this.secondHalf;
    this.secondHalf = null;
    this.write(bytes, tokens, nowMs);
  }

  /** @param tokens the answer's tokens that are on the wire with these bytes */
  private write(bytes: string | Buffer, tokens: number, nowMs: number): void {
    this.context.exchange.write(bytes);
    if (tokens > this.sent) this.context.generation.tokensSent(tokens - this.sent, nowMs);
    this.sent = tokens;
  }

  private finish(nowMs: number): void {
    this.end(nowMs, { finishReason: this.context.content.finishReason });
    this.context.exchange.end();
  }

  private end(nowMs: number, end: { wasAborted?: boolean; finishReason?: string }): void {
    if (this.isOver) return;
    this.isOver = true;
    const { generation, exchange } = this.context;
    const preemptions = this.ticket?.preemptions ?? 0;
    generation.end(nowMs, { status: 200, ...end, preemptions, blockedWrites: exchange.blockedWrites });
  }
}

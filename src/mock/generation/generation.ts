import type { OutputLength } from "../engine/output-length.ts";
import type { EngineFinish, ServerMetrics } from "../metrics/server-metrics.ts";
import type { TruthRecord } from "../truth/truth-record.ts";
import type { GenerationRequest } from "../wire/generation-request.ts";

/** What is known of a generation request before its body is read. */
export interface Arrival {
  readonly number: number;
  readonly id: string;
  readonly path: string;
  readonly requestId: string | null;
  readonly receivedAtMs: number;
  readonly faults: string | null;
}

export interface GenerationEnd {
  /** Status of the answer; null where none was sent. */
  readonly status: number | null;
  readonly finishReason?: string;
  readonly wasAborted?: boolean;
  readonly preemptions?: number;
  readonly blockedWrites?: number;
}

/** The life of one generation request: its instants, kept for the metrics and the truth. */
export class Generation {
  readonly arrival: Arrival;
  private readonly metrics: ServerMetrics;
  private readonly onEnd: (truth: TruthRecord) => void;
  private request: GenerationRequest | null = null;
  private length: OutputLength | null = null;
  private admittedAtMs: number | null = null;
  private firstTokenAtMs: number | null = null;
  private lastTokenAtMs: number | null = null;
  private readonly plannedTokenUs: number[] = [];
  private readonly tokenUs: number[] = [];
  private isOver = false;

  constructor(arrival: Arrival, metrics: ServerMetrics, onEnd: (truth: TruthRecord) => void) {
    this.arrival = arrival;
    this.metrics = metrics;
    this.onEnd = onEnd;
  }

  /** The request is sound and goes to the engine. */
  accepted(request: GenerationRequest, length: OutputLength): void {
    this.request = request;
    this.length = length;
  }

  admitted(atMs: number): void {
    this.admittedAtMs = atMs;
  }

  /** The engine made a token. @param plannedMs its instant in the engine's model */
  tokenMade(plannedMs: number): void {
    this.plannedTokenUs.push(this.sinceReceivedUs(plannedMs));
  }

  /** The next `count` tokens leave at `nowMs`. */
  tokensSent(count: number, nowMs: number): void {
    for (let i = 0; i < count; i++) {
      if (this.lastTokenAtMs === null) {
        this.firstTokenAtMs = nowMs;
        this.metrics.firstToken(this.request?.promptTokens ?? 0, nowMs - this.arrival.receivedAtMs);
      } else this.metrics.laterToken(nowMs - this.lastTokenAtMs);
      this.lastTokenAtMs = nowMs;
      this.tokenUs.push(this.sinceReceivedUs(nowMs));
    }
  }

  /** The request is over; later calls do nothing. */
  end(nowMs: number, end: GenerationEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    const { receivedAtMs, number, id, path, requestId, faults } = this.arrival;
    const { admittedAtMs, firstTokenAtMs, lastTokenAtMs } = this;
    const outputTokens = this.tokenUs.length;
    if (this.request !== null) {
      const instants = { receivedAtMs, admittedAtMs, firstTokenAtMs, lastTokenAtMs, endAtMs: nowMs };
      this.metrics.requestEnded(this.engineFinish(end), { ...instants, outputTokens });
    }
    this.onEnd({
      number,
      id,
      path,
      requestId,
      isStream: this.request?.isStream ?? null,
      receivedAt: receivedAtMs,
      admittedAt: admittedAtMs,
      firstTokenAt: firstTokenAtMs,
      lastTokenAt: lastTokenAtMs,
      endAt: nowMs,
      promptTokens: this.request?.promptTokens ?? 0,
      outputTokens,
      plannedTokenUs: this.plannedTokenUs,
      tokenUs: this.tokenUs,
      finishReason: end.finishReason ?? null,
      status: end.status,
      fault: faults,
      aborted: end.wasAborted ?? false,
      preemptions: end.preemptions ?? 0,
      blockedWrites: end.blockedWrites ?? 0,
    });
  }

  private engineFinish(end: GenerationEnd): EngineFinish {
    if (end.wasAborted) return "abort";
    return end.finishReason === undefined ? "error" : this.length!.reason;
  }

  private sinceReceivedUs(atMs: number): number {
    return Math.round((atMs - this.arrival.receivedAtMs) * 1000);
  }
}

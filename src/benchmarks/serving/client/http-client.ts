import type { Clock } from "../../../core/clock.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { type Failure, NO_SESSION, type Phase, type RequestRecord, type SessionTurn } from "../record.ts";
import type { Prompt } from "../workload/prompt.ts";
import { AnswerReader } from "./answer-reader.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";
import { CutOff, failureOf, httpFailure } from "./failure.ts";
import { secretHider } from "./hide-secrets.ts";

/** No more of an error body is looked at. */
const ERROR_BODY_CHARS = 16_384;

export interface TargetOptions {
  url: string;
  protocol: Protocol;
  headers: Readonly<Record<string, string>>;
  /** false: none, whatever HTTP_PROXY says. */
  proxy: string | false;
  tls: { rejectUnauthorized: boolean };
  /** Whether connections may be used again. */
  keepalive: boolean;
  /** Connections of its own; default the process's. */
  session?: Bun.FetchSession;
  keepText: boolean;
}

/** What is to be sent, and when it was meant to be. */
export interface Sending {
  index: number;
  stage: "warmup" | "run";
  intendedAt: number;
  prompt: Omit<Prompt, "text">;
  body: string;
  /** Which turn it is of a conversation. */
  place?: SessionTurn;
}

/** A request in flight: what is known of it by now. */
interface OpenRequest {
  readonly sending: Sending;
  readonly reader: AnswerReader;
  readonly sentAt: number;
  phase: Phase;
  headersAt: number | null;
  httpStatus: number | null;
}

/** A finished request: its record, and what is kept of the answer's text. */
export interface Exchange {
  record: RequestRecord;
  /** All channels, for a tokenizer to count. */
  text: string | null;
  /** The answer alone, for a conversation to go on with. */
  answer?: string;
}

/** Sends requests and reads their answers. A failure is part of the record; nothing here throws. */
export class HttpClient {
  /** Chunks of all bodies until now. */
  chunksRead = 0;
  readonly #target: TargetOptions;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #hide: (said: string) => string;
  readonly #keepAnswer: boolean;
  readonly #open = new Set<OpenRequest>();

  /** @param keepAnswer whether exchanges have their `answer` */
  constructor(target: TargetOptions, clock: Clock, deadlines: Deadlines, keepAnswer = false) {
    this.#target = target;
    this.#clock = clock;
    this.#deadlines = deadlines;
    this.#hide = secretHider(target.headers);
    this.#keepAnswer = keepAnswer;
  }

  /** Sends once, no retries, and reads to the end. */
  async send(sending: Sending): Promise<Exchange> {
    const { protocol, keepText } = this.#target;
    const reader = new AnswerReader(protocol, keepText, this.#hide, this.#keepAnswer);
    const controller = new AbortController();
    let failure: Failure | null = null;
    const sentAt = this.#clock.now();
    const request: OpenRequest = {
      sending,
      reader,
      sentAt,
      phase: "connect",
      headersAt: null,
      httpStatus: null,
    };
    this.#open.add(request);
    const deadline = this.#deadlines.start(sentAt, controller);
    let endAt: number | null = null;
    try {
      const response = await fetch(this.#target.url, this.#init(sending.body, controller.signal));
      request.headersAt = this.#clock.now();
      request.httpStatus = response.status;
      request.phase = "first-token";
      if (response.ok) {
        reader.begin(response.headers.get("content-type") ?? "");
        endAt = await this.#read(response, reader, deadline);
        reader.end(endAt);
        if (reader.problem !== null) failure = { ...reader.problem, phase: "body" };
      } else failure = httpFailure(response.status, this.#hide(await errorBody(response)));
    } catch (error) {
      failure = failureOf(controller.signal.aborted ? controller.signal.reason : error, phaseOf(request));
    }
    endAt ??= this.#clock.now();
    this.#deadlines.stop(deadline);
    this.#open.delete(request);
    return {
      record: makeRecord(request, endAt, failure),
      text: reader.text === null ? null : reader.text.toString(),
      ...(reader.answer === null ? {} : { answer: reader.answer.toString() }),
    };
  }

  /** The records that the requests in flight have if the run ends this moment: the process is about to. */
  cutOff(message: string): RequestRecord[] {
    const endAt = this.#clock.now();
    return [...this.#open].map((request) =>
      makeRecord(request, endAt, { class: "aborted", phase: phaseOf(request), message }),
    );
  }

  /** Reads the body; each chunk, and the end, is stamped before anything looks into it. @returns when it ended */
  async #read(response: Response, reader: AnswerReader, deadline: Deadline): Promise<number> {
    if (response.body === null) return this.#clock.now();
    const source = response.body.getReader();
    for (;;) {
      const { done, value } = await source.read();
      const atMs = this.#clock.now();
      if (done) return atMs;
      this.chunksRead++;
      deadline.lastChunkAt = atMs;
      reader.chunk(value, atMs);
      if (reader.firstTokenAt !== null) deadline.hasToken = true;
    }
  }

  #init(body: string, signal: AbortSignal): BunFetchRequestInit {
    const { headers, proxy, tls, keepalive, session } = this.#target;
    return {
      method: "POST",
      headers: headers as Record<string, string>,
      body,
      signal,
      keepalive,
      ...(session === undefined ? {} : { session }),
      redirect: "manual",
      // Bun would end a connection that is silent for 5 minutes, and ask for compression that costs CPU in the answer.
      timeout: false,
      decompress: false,
      proxy,
      tls,
    };
  }
}

function phaseOf({ phase, reader }: OpenRequest): Phase {
  return phase === "first-token" && reader.firstTokenAt !== null ? "body" : phase;
}

async function errorBody(response: Response): Promise<string> {
  try {
    return (await response.text()).slice(0, ERROR_BODY_CHARS);
  } catch (error) {
    if (error instanceof CutOff) throw error;
    return "(its body could not be read)";
  }
}

function makeRecord(
  { sending, reader, sentAt, headersAt, httpStatus }: OpenRequest,
  endAt: number,
  failure: Failure | null,
): RequestRecord {
  const chunkUs = reader.chunkAt.toArray();
  for (let i = 0; i < chunkUs.length; i++) chunkUs[i] = Math.round((chunkUs[i]! - sentAt) * 1000);
  return {
    index: sending.index,
    stage: sending.stage,
    model: sending.prompt.model ?? null,
    ...(sending.place ?? NO_SESSION),
    intendedAt: sending.intendedAt,
    sentAt,
    headersAt,
    endAt,
    httpStatus,
    failure,
    firstByteAt: reader.firstByteAt,
    firstTokenAt: reader.firstTokenAt,
    firstAnswerAt: reader.firstAnswerAt,
    lastTokenAt: reader.lastTokenAt,
    streamed: reader.streamed,
    finishReason: reader.finishReason,
    promptTokens: sending.prompt.promptTokens,
    maxTokens: sending.prompt.maxTokens,
    usage: reader.usage,
    textTokens: null,
    channels: reader.channels,
    chunkUs,
    chunkEvents: reader.chunkEvents.toArray(),
    chunkTokens: reader.chunkTokens(),
    bytesReceived: reader.bytesReceived,
  };
}

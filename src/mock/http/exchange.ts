import { wholeResponse } from "../wire/framing.ts";
import type { Connection } from "./connection.ts";
import type { HttpRequest } from "./request-parser.ts";

/** One request and the way to answer it. */
export class Exchange {
  readonly request: HttpRequest;
  /** When the request had been read completely, ms on the clock. */
  readonly receivedAtMs: number;
  /** Called when the connection goes away before the answer is complete. */
  onGone: (() => void) | null = null;
  /** Whether the connection is closed once the answer is complete. */
  closesAfter: boolean;
  private readonly connection: Connection;
  private readonly blockedBefore: number;
  private readonly done: () => void;

  constructor(request: HttpRequest, receivedAtMs: number, connection: Connection, done: () => void) {
    this.request = request;
    this.closesAfter = request.wantsClose;
    this.receivedAtMs = receivedAtMs;
    this.connection = connection;
    this.blockedBefore = connection.blockedWrites;
    this.done = done;
  }

  /** Writes of this answer that the kernel did not take whole. */
  get blockedWrites(): number {
    return this.connection.blockedWrites - this.blockedBefore;
  }

  /** Sends bytes of the answer as they are. */
  write(data: string | Buffer): void {
    this.connection.write(data);
  }

  /** The answer is complete: the next request of the connection may come. */
  end(): void {
    this.done();
  }

  /** Sends a whole answer and ends. */
  respond(status: number, body: string, headers?: Readonly<Record<string, string>>): void {
    this.write(wholeResponse(status, body, headers));
    this.end();
  }

  /** Ends the connection in order (FIN), however incomplete the answer is. */
  fin(): void {
    this.connection.fin();
  }

  /** Ends the connection abruptly (RST). */
  reset(): void {
    this.connection.reset();
  }
}

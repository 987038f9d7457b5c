import { assertNever } from "../../core/errors.ts";
import { wholeResponse } from "../wire/framing.ts";
import { problem, problemJson } from "../wire/problem.ts";
import type { Connection, ConnectionOwner } from "./connection.ts";
import { Exchange } from "./exchange.ts";
import { type HttpRequest, type ParsedItem, RequestParser } from "./request-parser.ts";

/** Answers a request, now or later. */
export type Handler = (exchange: Exchange) => void;

/** HTTP/1.1 over one connection: requests are answered one after the other, in order. */
export class HttpSession implements ConnectionOwner {
  private readonly connection: Connection;
  private readonly now: () => number;
  private readonly handler: Handler;
  private readonly parser = new RequestParser();
  private readonly queue: ParsedItem[] = [];
  private current: Exchange | null = null;
  private isAdvancing = false;
  private isClosing = false;

  constructor(connection: Connection, now: () => number, handler: Handler) {
    this.connection = connection;
    this.now = now;
    this.handler = handler;
  }

  data(bytes: Uint8Array): void {
    this.queue.push(...this.parser.push(bytes));
    this.advance();
  }

  closed(): void {
    this.isClosing = true;
    const { current } = this;
    this.current = null;
    current?.onGone?.();
  }

  private advance(): void {
    // An answer may be complete before its handler returns: the loop goes on then, it does not nest.
    if (this.isAdvancing) return;
    this.isAdvancing = true;
    while (this.current === null && !this.isClosing) {
      const item = this.queue.shift();
      if (item === undefined) break;
      this.take(item);
    }
    this.isAdvancing = false;
  }

  private take(item: ParsedItem): void {
    switch (item.kind) {
      case "request":
        this.begin(item.request);
        break;
      case "continue":
        this.connection.write("HTTP/1.1 100 Continue\r\n\r\n");
        break;
      case "problem":
        this.refuse(item.problem.status, item.problem.message);
        break;
      default:
        assertNever(item);
    }
  }

  private begin(request: HttpRequest): void {
    const exchange = new Exchange(request, this.now(), this.connection, () => {
      if (this.current !== exchange) return;
      this.current = null;
      if (exchange.closesAfter) this.finish();
      else this.advance();
    });
    this.current = exchange;
    this.handler(exchange);
  }

  private refuse(status: number, message: string): void {
    const headers = { "content-type": "application/json", connection: "close" };
    this.connection.write(wholeResponse(status, problemJson(problem(status, message)), headers));
    this.finish();
  }

  private finish(): void {
    this.isClosing = true;
    this.connection.fin();
  }
}

/** A request as it came over the wire. */
export interface HttpRequest {
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  /** Names in lower case; of a repeated header the last one counts. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Whether the client wants the connection to end after the answer. */
  readonly wantsClose: boolean;
}

/** The bytes are no request that this server takes; the connection cannot go on. */
export interface HttpProblem {
  readonly status: 400 | 411 | 413 | 431 | 505;
  readonly message: string;
}

export type ParsedItem =
  | { readonly kind: "request"; readonly request: HttpRequest }
  /** The client waits for "100 Continue" before it sends the body. */
  | { readonly kind: "continue" }
  | { readonly kind: "problem"; readonly problem: HttpProblem };

const MAX_HEAD_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 256 * 1024 * 1024;
const HEAD_END = "\r\n\r\n";

type Head = Omit<HttpRequest, "body"> & { readonly bodyBytes: number };

/** HTTP/1.1 requests out of a stream of bytes, however it is cut. Bodies need a Content-Length. */
export class RequestParser {
  /** Bytes of a head that is not complete yet. */
  private rest: Buffer = Buffer.alloc(0);
  private head: Head | null = null;
  private bodyParts: Buffer[] = [];
  private missingBytes = 0;
  private isBroken = false;

  /** Feeds bytes; they are copied where they are kept. @returns what became complete with them, in order */
  push(bytes: Uint8Array): ParsedItem[] {
    const items: ParsedItem[] = [];
    let left: Buffer = Buffer.from(bytes);
    while (!this.isBroken) {
      if (this.head === null) {
        const after = this.takeHead(left, items);
        if (after === null) break;
        left = after;
      }
      if (this.head === null) continue;
      const part = left.subarray(0, this.missingBytes);
      left = left.subarray(part.length);
      this.bodyParts.push(part);
      this.missingBytes -= part.length;
      if (this.missingBytes > 0) break;
      const { bodyBytes: _, ...request } = this.head;
      items.push({ kind: "request", request: { ...request, body: Buffer.concat(this.bodyParts) } });
      this.head = null;
      this.bodyParts = [];
    }
    return items;
  }

  /** @returns the bytes after the head, or null when the head is not complete */
  private takeHead(bytes: Buffer, items: ParsedItem[]): Buffer | null {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    // Empty lines before a request are skipped (RFC 9112, 2.2).
    while (this.rest[0] === 13 && this.rest[1] === 10) this.rest = this.rest.subarray(2);
    const end = this.rest.indexOf(HEAD_END);
    if (end < 0 || end > MAX_HEAD_BYTES) {
      if (this.rest.length > MAX_HEAD_BYTES) {
        this.fail(items, { status: 431, message: "the request's headers are too long" });
      }
      return null;
    }
    const head = parseHead(this.rest.toString("latin1", 0, end));
    const after = this.rest.subarray(end + HEAD_END.length);
    this.rest = Buffer.alloc(0);
    if ("status" in head) {
      this.fail(items, head);
      return null;
    }
    if (head.headers.get("expect")?.toLowerCase() === "100-continue" && after.length < head.bodyBytes) {
      items.push({ kind: "continue" });
    }
    this.head = head;
    this.missingBytes = head.bodyBytes;
    return after;
  }

  private fail(items: ParsedItem[], problem: HttpProblem): void {
    this.isBroken = true;
    items.push({ kind: "problem", problem });
  }
}

function parseHead(text: string): Head | HttpProblem {
  const [first, ...lines] = text.split("\r\n");
  const [method, target, version, ...more] = first!.split(" ");
  if (!method || !/^[A-Z]+$/.test(method) || !target?.startsWith("/") || more.length > 0) {
    return { status: 400, message: "the first line is no HTTP request" };
  }
  if (version !== "HTTP/1.1") return { status: 505, message: "only HTTP/1.1 is spoken here" };
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0 || /\s/.test(line.slice(0, colon))) {
      return { status: 400, message: "a header line has no name" };
    }
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  if (headers.has("transfer-encoding")) {
    return { status: 411, message: "request bodies need a Content-Length here" };
  }
  const length = headers.get("content-length") ?? "0";
  if (!/^\d{1,15}$/.test(length)) return { status: 400, message: "Content-Length is no number" };
  const bodyBytes = Number(length);
  if (bodyBytes > MAX_BODY_BYTES) return { status: 413, message: "the request's body is too large" };
  const wantsClose = headers.get("connection")?.toLowerCase() === "close";
  return { method, path: target.split("?", 1)[0]!, headers, bodyBytes, wantsClose };
}

import type { Socket } from "bun";

/** What the connection tells whoever serves it. */
export interface ConnectionOwner {
  data(bytes: Uint8Array): void;
  /** The connection is gone, whoever ended it. Called once. */
  closed(): void;
}

/** Seconds that a client has to close a connection that this side has ended. */
const LINGER_S = 5;

/** One TCP connection: writes at once, keeps what the kernel does not take, and sends FIN or RST as asked. */
export class Connection {
  owner: ConnectionOwner | null = null;
  /** Writes that the kernel did not take whole: the client reads too slowly. */
  blockedWrites = 0;
  private readonly socket: Socket<Connection>;
  private pending: Buffer[] = [];
  private finWanted = false;
  private isOpen = true;

  constructor(socket: Socket<Connection>) {
    this.socket = socket;
  }

  /** Sends the data now, or in order as soon as the client makes room. Does nothing on a closed connection. */
  write(data: string | Buffer): void {
    if (!this.isOpen || this.finWanted) return;
    if (this.pending.length > 0) {
      this.pending.push(Buffer.from(data));
      return;
    }
    const written = this.socket.write(data);
    if (written < 0) return;
    if (written < Buffer.byteLength(data)) {
      this.blockedWrites++;
      this.pending.push(Buffer.from(data).subarray(written));
    }
  }

  /** Sends FIN after everything written so far. */
  fin(): void {
    this.finWanted = true;
    if (this.pending.length > 0 || !this.isOpen) return;
    // Not end(): closing with unread bytes in the receive buffer would turn the FIN into an RST.
    this.socket.shutdown();
    this.socket.timeout(LINGER_S);
  }

  /** Sends RST and forgets what was not sent (SO_LINGER 0, by Bun's terminate). */
  reset(): void {
    this.pending = [];
    this.socket.terminate();
    this.socketClosed();
  }

  /** For the socket's `drain` event. */
  drained(): void {
    while (this.pending.length > 0) {
      const first = this.pending[0]!;
      const written = Math.max(0, this.socket.write(first));
      if (written < first.length) {
        this.pending[0] = first.subarray(written);
        return;
      }
      this.pending.shift();
    }
    if (this.finWanted) this.fin();
  }

  /** For the socket's `close` event. */
  socketClosed(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.pending = [];
    this.owner?.closed();
  }
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A Chromium of this machine: what CHROMIUM names, else what is on PATH; null where there is none. */
export const chromium: string | null =
  (process.env.CHROMIUM || undefined) ??
  ["chromium", "chromium-browser", "google-chrome"]
    .map((name) => Bun.which(name))
    .find((path) => path !== null) ??
  null;

/** What the browser said on its own: a method of the DevTools protocol with its parameters. */
interface Message {
  id?: number;
  sessionId?: string;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

interface PageOptions {
  width: number;
  height?: number;
  scheme?: "light" | "dark";
}

/** Headless Chromium, driven over the DevTools protocol by Bun's own WebSocket. */
export class Browser {
  readonly #child: Bun.Subprocess<"ignore", "ignore", "pipe">;
  readonly #socket: WebSocket;
  readonly #profile: string;
  readonly #open = new Map<number, (message: Message) => void>();
  readonly #listeners = new Map<string, (message: Message) => void>();
  #last = 0;

  private constructor(child: Bun.Subprocess<"ignore", "ignore", "pipe">, socket: WebSocket, profile: string) {
    this.#child = child;
    this.#socket = socket;
    this.#profile = profile;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as Message;
      if (message.id !== undefined) this.#open.get(message.id)?.(message);
      else if (message.sessionId !== undefined) this.#listeners.get(message.sessionId)?.(message);
    };
  }

  /** Starts one with a profile of its own. @throws Error where it does not come up */
  static async start(program: string): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), "inferbench-chromium-"));
    const child = Bun.spawn(
      [
        program,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--hide-scrollbars",
        `--user-data-dir=${profile}`,
        "--remote-debugging-port=0",
        "about:blank",
      ],
      { stdin: "ignore", stdout: "ignore", stderr: "pipe" },
    );
    const socket = new WebSocket(await addressIn(child.stderr));
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error("Chromium's DevTools cannot be reached"));
    });
    return new Browser(child, socket, profile);
  }

  /** Opens a file in a page of its own, and waits until the page says that it can be used. */
  async open(path: string, options: PageOptions): Promise<BrowserPage> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new BrowserPage(this, String(sessionId), String(targetId));
    this.#listeners.set(String(sessionId), (message) =>
      page.hear(message.method ?? "", message.params ?? {}),
    );
    await page.load(pathToFileURL(path).href, options);
    return page;
  }

  async send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    const answered = new Promise<Message>((resolve) => this.#open.set(id, resolve));
    this.#socket.send(
      JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }),
    );
    const { result, error } = await answered;
    this.#open.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  async close(): Promise<void> {
    this.#socket.close();
    this.#child.kill();
    await this.#child.exited;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The address that Chromium writes when it listens. */
async function addressIn(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let said = "";
  for await (const chunk of stderr) {
    said += decoder.decode(chunk, { stream: true });
    const address = /^DevTools listening on (ws:\S+)$/m.exec(said)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error(`Chromium ended before it listened: ${said}`);
}

/** One page, and everything that went wrong or out in it. */
export class BrowserPage {
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: string[] = [];
  /** Addresses that it asked for. */
  readonly requests: string[] = [];
  readonly #browser: Browser;
  readonly #session: string;
  readonly #target: string;

  constructor(browser: Browser, session: string, target: string) {
    this.#browser = browser;
    this.#session = session;
    this.#target = target;
  }

  hear(method: string, params: Record<string, unknown>): void {
    if (method === "Network.requestWillBeSent") this.requests.push((params.request as { url: string }).url);
    if (method === "Runtime.exceptionThrown") this.complaints.push(JSON.stringify(params.exceptionDetails));
    if (method === "Runtime.consoleAPICalled" && params.type !== "log")
      this.complaints.push(JSON.stringify(params.args));
    if (method === "Log.entryAdded") this.complaints.push((params.entry as { text: string }).text);
  }

  async load(url: string, { width, height = 900, scheme = "light" }: PageOptions): Promise<void> {
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await this.send(`${domain}.enable`);
    await this.resize(width, height);
    await this.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
    await this.send("Page.navigate", { url });
    await this.until("performance.getEntriesByName('interactive').length > 0");
  }

  resize(width: number, height: number): Promise<unknown> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    return this.send("Emulation.setDeviceMetricsOverride", metrics);
  }

  /** The value of an expression in the page. @throws Error with what the page threw */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { value: T }).value;
  }

  /** Waits, a frame at a time, until an expression holds. @throws Error after 20 s */
  async until(expression: string): Promise<void> {
    const deadline = performance.now() + 20_000;
    for (;;) {
      // While the page is being replaced there is nothing to ask.
      const holds = await this.evaluate<boolean>(expression).catch(() => false);
      if (holds) return;
      if (performance.now() > deadline)
        throw new Error(`not within 20 s: ${expression}; ${this.complaints.join("; ")}`);
      await Bun.sleep(20);
    }
  }

  /** The pointer, by px of the window. */
  mouse(
    type: "mouseMoved" | "mousePressed" | "mouseReleased",
    x: number,
    y: number,
    clickCount = 1,
  ): Promise<unknown> {
    const buttons = type === "mouseMoved" ? {} : { button: "left", clickCount };
    return this.send("Input.dispatchMouseEvent", { type, x, y, ...buttons });
  }

  /** A key that is pressed and let go. */
  async key(key: string): Promise<void> {
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", key });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", key });
  }

  /** A PNG of what the window shows, or of the whole page. */
  async screenshot(isWhole = false): Promise<Uint8Array> {
    const { data } = await this.send("Page.captureScreenshot", {
      format: "png",
      captureBeyondViewport: isWhole,
    });
    return Uint8Array.fromBase64(String(data));
  }

  send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    return this.#browser.send(method, params, this.#session);
  }

  close(): Promise<unknown> {
    return this.#browser.send("Target.closeTarget", { targetId: this.#target });
  }
}

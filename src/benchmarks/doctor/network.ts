import { lookup } from "node:dns/promises";
import { messageOf, systemCode } from "../../core/errors.ts";
import { formatDuration } from "../../core/units.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const TIMEOUT_MS = 5000;
const LISTING = "/v1/models";

/** The server that is to be measured: name, TCP and HTTP, each with its time. */
export async function endpointCheck(endpoint: URL): Promise<Check> {
  const { hostname, protocol, origin } = endpoint;
  const host = hostname.replace(/^\[|\]$/g, "");
  const port = Number(endpoint.port || (protocol === "https:" ? 443 : 80));
  const advice = "Is the server up, and is the port open from here?";
  let address: string;
  try {
    address = (await lookup(host)).address;
  } catch (error) {
    return fail(
      "endpoint",
      `${host}: no such host (${systemCode(error) ?? messageOf(error)})`,
      "Check the name.",
    );
  }
  let tcpMs: number;
  try {
    tcpMs = await connectMs(address, port);
  } catch (error) {
    return fail("endpoint", `${address}:${port}: no connection (${messageOf(error)})`, advice);
  }
  const tcp = `${origin}: TCP ${formatDuration(tcpMs)}`;
  try {
    const { status, ms } = await requestMs(`${origin}${LISTING}`, "GET", { proxy: false });
    const found = `${tcp}, HTTP ${status} to GET ${LISTING} in ${formatDuration(ms)}`;
    return status >= 500
      ? warn("endpoint", found, "The server has trouble of its own: see its log.")
      : ok("endpoint", found);
  } catch (error) {
    return fail("endpoint", `${tcp}, but no HTTP (${messageOf(error)})`, "Is it http or https?");
  }
}

/** The model hub, for --tokenizer NAME. It is asked as a download asks it: through a proxy where one is set. */
export async function hubCheck(hubUrl: string): Promise<Check> {
  try {
    const { status, ms } = await requestMs(hubUrl, "HEAD", {});
    const found = `${hubUrl}: HTTP ${status} in ${formatDuration(ms)}`;
    return status >= 500 ? warn("hub", found, "The hub has trouble; try again later.") : ok("hub", found);
  } catch (error) {
    return fail(
      "hub",
      `${hubUrl}: no answer (${messageOf(error)})`,
      "Set HF_ENDPOINT to a mirror, or give --tokenizer a file.",
    );
  }
}

/** Time to open a TCP connection, in ms. @throws what the system says */
async function connectMs(hostname: string, port: number): Promise<number> {
  const startMs = performance.now();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`none within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  try {
    const connecting = Bun.connect({ hostname, port, socket: { data() {} } });
    const socket = await Promise.race([connecting, late.promise]);
    const ms = performance.now() - startMs;
    socket.end();
    return ms;
  } finally {
    clearTimeout(timer);
  }
}

/** Status of a bare request, and the time to its head, in ms. @throws what fetch says */
async function requestMs(
  url: string,
  method: string,
  how: { proxy?: false },
): Promise<{ status: number; ms: number }> {
  const startMs = performance.now();
  const response = await fetch(url, {
    ...how,
    method,
    redirect: "manual",
    keepalive: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  } as RequestInit);
  const ms = performance.now() - startMs;
  await response.body?.cancel();
  return { status: response.status, ms };
}

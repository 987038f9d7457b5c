import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PriceSheet } from "../../results/prices/price-sheet.ts";
import { checkIds, demand, none, ok, warn } from "./check.ts";
import { cloudCheck } from "./cloud.ts";
import { examine } from "./doctor.ts";
import { endpointCheck, hubCheck } from "./network.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-doctor-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let trees = 0;
let root = "";
beforeEach(() => {
  root = join(folder, `root${trees++}`);
  mkdirSync(join(root, "sys/class/dmi/id"), { recursive: true });
});

let server: ReturnType<typeof Bun.serve> | null = null;
afterEach(() => server?.stop(true));

/** A stand-in server on loopback. */
function serve(answer: (request: Request, path: string) => Response): string {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => answer(request, new URL(request.url).pathname),
  });
  return `http://127.0.0.1:${server.port}`;
}

const machine = () => ({ root, env: {} });
const prices: PriceSheet = new Map();

describe("what is asked for", () => {
  const checks = [ok("cpu", "64"), warn("gpu", "none", "Buy one."), none("governor", "none to see")];

  test("and is not there, fails; the rest stays as it is", () => {
    const statuses = (...required: ("cpu" | "gpu" | "governor")[]) =>
      demand(checks, required).map(({ status }) => status);
    expect(statuses()).toEqual(["ok", "warn", "ok"]);
    expect(statuses("cpu")).toEqual(["ok", "warn", "ok"]);
    expect(statuses("gpu", "governor")).toEqual(["ok", "fail", "fail"]);
  });
});

describe("the cloud", () => {
  test("is asked only where the firmware names one", async () => {
    let asked = 0;
    const url = serve(() => {
      asked++;
      return new Response("", { status: 404 });
    });
    writeFileSync(join(root, "sys/class/dmi/id/sys_vendor"), "QEMU\n");
    expect(await cloudCheck(machine(), url, prices)).toMatchObject({
      status: "ok",
      isThere: false,
      found: "none by the firmware (QEMU)",
    });
    writeFileSync(join(root, "sys/class/dmi/id/sys_vendor"), "Google\n");
    expect((await cloudCheck(machine(), null, prices)).found).toContain("--no-cloud-probe");
    expect(asked).toBe(0);
    expect(await cloudCheck(machine(), url, prices)).toMatchObject({
      status: "warn",
      found: expect.stringContaining("no metadata service answered"),
    });
    expect(asked).toBeGreaterThan(0);
  });

  test("names the instance, and its price where the sheet has it", async () => {
    const url = serve((_, path) => {
      const last = path.split("/").at(-1);
      const word = { "machine-type": "machineTypes/a3-highgpu-1g", zone: "zones/us-central1-a" }[last ?? ""];
      return new Response(word ?? "", {
        status: word === undefined ? 404 : 200,
        headers: { "Metadata-Flavor": "Google" },
      });
    });
    writeFileSync(join(root, "sys/class/dmi/id/sys_vendor"), "Google\n");
    const price = { usdPerHour: 1, name: null, region: null, date: null, source: "", note: null };
    const sheet: PriceSheet = new Map([["gce:a3-highgpu-1g", price]]);
    expect(await cloudCheck(machine(), url, sheet, 10_000)).toEqual({
      id: "cloud",
      status: "ok",
      isThere: true,
      found: "gce a3-highgpu-1g in us-central1-a",
      advice: "Its price is in the sheet: --price gce:a3-highgpu-1g",
    });
  });
});

describe("the network", () => {
  test("an endpoint that answers, whatever it says", async () => {
    const paths: string[] = [];
    const url = serve((_, path) => {
      paths.push(path);
      return new Response("no", { status: 401 });
    });
    const check = await endpointCheck(new URL(`${url}/v1/completions`));
    expect(check).toMatchObject({ status: "ok", isThere: true });
    expect(check.found).toMatch(/^http:\/\/127\.0\.0\.1:\d+: TCP .*s, HTTP 401 to GET \/v1\/models in .*s$/);
    expect(paths).toEqual(["/v1/models"]);
  });

  test("one with trouble of its own", async () => {
    const url = serve(() => new Response("", { status: 503 }));
    expect(await endpointCheck(new URL(url))).toMatchObject({ status: "warn" });
    expect(await hubCheck(url)).toMatchObject({ status: "warn" });
  });

  test("nobody there", async () => {
    const url = serve(() => new Response(""));
    server!.stop(true);
    expect(await endpointCheck(new URL(url))).toMatchObject({
      status: "fail",
      found: expect.stringContaining("no connection"),
    });
    expect(await hubCheck(url)).toMatchObject({
      status: "fail",
      advice: expect.stringContaining("HF_ENDPOINT"),
    });
    expect(await endpointCheck(new URL("http://no-such-host.invalid:8000"))).toMatchObject({
      status: "fail",
      found: expect.stringContaining("no-such-host.invalid"),
    });
  });

  test("a port that speaks no HTTP", async () => {
    const mute = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open(socket) {
          socket.end("SSH-2.0-x\r\n");
        },
        data() {},
      },
    });
    const check = await endpointCheck(new URL(`http://127.0.0.1:${mute.port}`));
    mute.stop(true);
    expect(check).toMatchObject({ status: "fail", found: expect.stringContaining("but no HTTP") });
  });

  test("the hub", async () => {
    const url = serve((request) => new Response(null, { status: request.method === "HEAD" ? 200 : 500 }));
    expect(await hubCheck(url)).toMatchObject({
      status: "ok",
      found: expect.stringContaining("HTTP 200 in "),
    });
  });
});

test("all of it in an empty tree: no exception, each thing once, nothing left behind", async () => {
  const directory = join(root, "data");
  mkdirSync(directory);
  const url = serve(() => new Response(""));
  const checks = await examine({
    machine: machine(),
    directory,
    endpoint: new URL(url),
    hubUrl: url,
    metadataUrl: null,
    prices,
    required: ["gpu"],
  });
  expect(checks.map(({ id }) => id)).toEqual([...checkIds]);
  expect(checks[0]).toMatchObject({ id: "gpu", status: "fail" });
  expect(readdirSync(directory)).toEqual([]);
});

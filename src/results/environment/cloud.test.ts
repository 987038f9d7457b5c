import { afterEach, expect, test } from "bun:test";
import { identifyCloud } from "./cloud.ts";

let server: ReturnType<typeof Bun.serve> | null = null;
afterEach(() => server?.stop(true));

/** A stand-in metadata service on loopback. */
function serve(answer: (request: Request, path: string) => Response | Promise<Response>): string {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => answer(request, new URL(request.url).pathname + new URL(request.url).search),
  });
  return `http://127.0.0.1:${server.port}`;
}

const absent = () => new Response("", { status: 404 });

test("Google Compute Engine", async () => {
  const base = serve((request, path) => {
    if (request.headers.get("metadata-flavor") !== "Google") return absent();
    const entries: Record<string, string> = {
      "/computeMetadata/v1/instance/machine-type": "projects/123/machineTypes/a3-highgpu-8g",
      "/computeMetadata/v1/instance/zone": "projects/123/zones/us-central1-a",
    };
    return path in entries
      ? new Response(entries[path], { headers: { "Metadata-Flavor": "Google" } })
      : absent();
  });
  expect(await identifyCloud(base)).toEqual({
    provider: "gce",
    instanceType: "a3-highgpu-8g",
    zone: "us-central1-a",
  });
});

test("EC2, version 2 with its token", async () => {
  const base = serve((request, path) => {
    if (request.method === "PUT" && path === "/latest/api/token") return new Response("TOKEN==");
    if (request.headers.get("x-aws-ec2-metadata-token") !== "TOKEN==")
      return new Response("", { status: 401 });
    if (path === "/latest/meta-data/instance-type") return new Response("p5.48xlarge");
    return path === "/latest/meta-data/placement/availability-zone" ? new Response("us-east-1b") : absent();
  });
  expect(await identifyCloud(base)).toEqual({
    provider: "ec2",
    instanceType: "p5.48xlarge",
    zone: "us-east-1b",
  });
});

test("Azure", async () => {
  const base = serve((request, path) => {
    if (request.headers.get("metadata") !== "true") return absent();
    if (path.startsWith("/metadata/instance/compute/vmSize?"))
      return new Response("Standard_ND96isr_H100_v5");
    return path.startsWith("/metadata/instance/compute/location?") ? new Response("westus3") : absent();
  });
  const expected = { provider: "azure", instanceType: "Standard_ND96isr_H100_v5", zone: "westus3" } as const;
  expect(await identifyCloud(base)).toEqual(expected);
});

test("a page that answers everything is no cloud", async () => {
  const base = serve(() => new Response("<html>please log in</html>"));
  expect(await identifyCloud(base)).toBeNull();
});

test("a redirect is not followed", async () => {
  const base = serve((_, path) =>
    path === "/elsewhere" ? new Response("x1") : Response.redirect("/elsewhere", 302),
  );
  expect(await identifyCloud(base)).toBeNull();
});

test("a service that does not answer costs its time and no more", async () => {
  const base = serve(() => new Promise<Response>(() => {}));
  const started = performance.now();
  expect(await identifyCloud(base, 100)).toBeNull();
  expect(performance.now() - started).toBeLessThan(1000);
});

test("nobody there", async () => {
  const base = serve(absent);
  server?.stop(true);
  expect(await identifyCloud(base)).toBeNull();
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFaultyProxy } from "./faulty-proxy.ts";

const BINARY = join(import.meta.dir, `../../dist/inferbench-linux-${process.arch}`);
const BUCKET = "samples";
const KEYS = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "not-a-secret" };
const START_MS = 30_000;

let isWrong = false;
function expectThat(what: string, isSo: boolean, value: unknown): void {
  if (!isSo) isWrong = true;
  console.log(`${isSo ? "ok    " : "WRONG "} ${what}: ${JSON.stringify(value)}`);
}

/** A port that was free just now. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function untilAnswers(url: string): Promise<void> {
  for (const until = Date.now() + START_MS; ; await Bun.sleep(100)) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** Runs `inferbench storage` in a folder, and reads its summary. */
async function storage(folder: string, runName: string, flags: readonly string[]) {
  const command = [
    BINARY,
    "storage",
    "--run-name",
    runName,
    "--no-cloud-probe",
    "--no-calibrate",
    "--figures",
    "none",
    ...flags,
  ];
  const child = Bun.spawn(command, {
    cwd: folder,
    env: { ...process.env, ...KEYS },
    stdout: "ignore",
    stderr: "pipe",
  });
  const [exit, stderr] = await Promise.all([child.exited, child.stderr.text()]);
  // 5: the server has the processors, too, and how even the compute is emulated is not what is checked here.
  if (exit !== 0 && exit !== 5) throw new Error(`${runName} ended with ${exit}:\n${stderr}`);
  return JSON.parse(readFileSync(join(folder, "metrics", runName, "summary.json"), "utf8"));
}

async function upload(endpoint: string, data: string, prefix: string): Promise<void> {
  const client = new Bun.S3Client({
    endpoint,
    bucket: BUCKET,
    region: "us-east-1",
    accessKeyId: "id",
    secretAccessKey: "x",
  });
  for (const name of readdirSync(data)) await client.write(`${prefix}/${name}`, Bun.file(join(data, name)));
}

async function check(endpoint: string, folder: string): Promise<void> {
  await fetch(`${endpoint}/${BUCKET}`, { method: "PUT" });
  const run = ["--steps", "100", "--warmup-steps", "0", "--gbs", "12", "--mbs", "2", "--compute-ms", "1"];
  for (const layout of ["files", "tar", "records"]) {
    const made = [
      "--data-root",
      join(folder, layout),
      "--layout",
      layout,
      "--sample-count",
      "1200",
      "--sample-size-kb",
      "8",
    ];
    await storage(folder, `local-${layout}`, [...made, "--steps", "1"]);
    await upload(endpoint, join(folder, layout), layout);
    const remote = ["--data-root", `s3://${BUCKET}/${layout}`, "--verify", ...run];
    const { dataset, network } = await storage(folder, `s3-${layout}`, [
      ...remote,
      "--s3-endpoint",
      endpoint,
    ]);
    expectThat(`${layout}: all samples read, each as it was written`, dataset.samplesRead === 1200, network);
  }
  // Without its index files a bucket is listed, in pages of 1,000.
  const client = new Bun.S3Client({
    endpoint,
    bucket: BUCKET,
    region: "us-east-1",
    accessKeyId: "id",
    secretAccessKey: "x",
  });
  for (const name of ["inferbench-dataset.json", "inferbench-samples.csv"])
    await client.delete(`files/${name}`);
  const listed = await storage(folder, "listed", [
    "--data-root",
    `s3://${BUCKET}/files`,
    ...run,
    "--s3-endpoint",
    endpoint,
  ]);
  expectThat("a bucket of 1,200 objects is listed", listed.dataset.samples === 1200, listed.dataset.samples);

  const proxy = startFaultyProxy(endpoint);
  const remote = ["--data-root", `s3://${BUCKET}/tar`, "--verify", ...run, "--s3-endpoint", proxy.url];
  const { dataset, network } = await storage(folder, "faulty", remote);
  await proxy.stop();
  const { busy, brokenOff } = proxy;
  expectThat("over a bad connection nothing is lost", dataset.samplesRead === 1200, dataset.samplesRead);
  const { retries } = network;
  const isCounted = retries["http-5xx"] === busy && retries.short === brokenOff && busy > 0 && brokenOff > 0;
  expectThat("each fault is counted", isCounted, { retries, busy, brokenOff });
}

const folder = mkdtempSync(join(tmpdir(), "inferbench-s3-"));
const port = await freePort();
const server = Bun.spawn([process.argv[2]!, "-H", "127.0.0.1", "-p", String(port)], {
  stdout: "ignore",
  stderr: "ignore",
});
try {
  await untilAnswers(`http://127.0.0.1:${port}/`);
  await check(`http://127.0.0.1:${port}`, folder);
} finally {
  server.kill();
  await server.exited;
  rmSync(folder, { recursive: true });
}
process.exitCode = isWrong ? 1 : 0;

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { profileColumns } from "../../src/benchmarks/profile/profile-csv.ts";
import type { Profile } from "../../src/benchmarks/profile/profile-shape.ts";
import { parseCsv } from "../../src/results/csv.ts";
import { binary, linesOf, run, start, untilLines } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(90_000);

let mock: MockProcess;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "5ms");
});
afterAll(() => mock.stop());

const folder = folderForEach();

const profileOf = ({ url }: MockProcess, ...flags: string[]) => [
  "profile",
  "--no-calibrate",
  "--outdir",
  "out",
  "--endpoint",
  `${url}/v1/completions`,
  ...flags,
];
const profile = (...flags: string[]) => profileOf(mock, ...flags);
const brief = ["--output-tokens", "8", "--num-prompts", "15"];
const out = (...names: string[]) => join(folder.path, "out", ...names);
const saved = (): Profile => JSON.parse(readFileSync(out("profile.json"), "utf8"));
const status = (...names: string[]) => parse(readFileSync(out(...names, "metadata.yaml"), "utf8")).status;

test("a profile leaves its files, and each level is a whole run", async () => {
  const flags = ["--request-rates", "20,40,0", "--slo", "ttft=10s", "--max-num-prompts", "15"];
  const { exit, stdout, stderr } = await run(profile(...brief, ...flags), folder.path);
  expect([exit, stderr.includes("results in")]).toEqual([0, true]);
  const { levels, run: ran, slos } = saved();
  expect(readdirSync(out()).sort()).toEqual([
    ...levels.map(({ latencyFile }) => latencyFile).sort(),
    "levels",
    "metadata.yaml",
    "profile.csv",
    "profile.json",
    "summary.txt",
  ]);
  expect([ran.status, status(), slos?.slos.length]).toEqual(["complete", "complete", 1]);
  expect(levels.map(({ name, status }) => [name, status])).toEqual([
    ["01-rate-20", "complete"],
    ["02-rate-40", "complete"],
    ["03-all-at-once", "complete"],
  ]);
  for (const { directory, latencyFile, figures } of levels) {
    expect(readdirSync(out(directory)).sort()).toEqual([
      "metadata.yaml",
      "metrics.csv",
      "metrics.json",
      "requests.jsonl",
      "summary.json",
      "summary.txt",
    ]);
    expect(linesOf(out(directory, "requests.jsonl")).length).toBe(15);
    expect(latencyFile).toMatch(/^latency-profile-\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d(_\d)?\.txt$/);
    expect(readFileSync(out(latencyFile), "utf8")).toBe(readFileSync(out(directory, "summary.txt"), "utf8"));
    expect(figures?.goodput?.fraction).toBe(1);
  }
  const [header, ...rows] = parseCsv(readFileSync(out("profile.csv"), "utf8"));
  expect(header).toEqual([...profileColumns]);
  expect(rows.map((row) => row.slice(0, 4))).toEqual([
    ["1", "01-rate-20", "listed", "20"],
    ["2", "02-rate-40", "listed", "40"],
    ["3", "03-all-at-once", "listed", ""],
  ]);
  // The table grew by a row a level, and holds no level's own.
  expect(stdout).toMatch(/\n20 req\/s .*\n40 req\/s .*\nall at once .*/);
  expect(stdout).not.toContain("TTFT from intended");
  expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
  expect(readFileSync(out("summary.txt"), "utf8")).toStartWith(
    stdout.slice(0, stdout.indexOf("\nall at once")),
  );
});

test("report makes a profile's page and curves, says it in other formats, and names what is broken", async () => {
  const flags = ["--request-rates", "30,60", "--slo", "ttft=10s", "--run-name", "nightly"];
  expect((await run(profile(...brief, ...flags, "--html"), folder.path)).exit).toBe(0);
  const page = readFileSync(out("report.html"), "utf8");
  expect(page).toContain("<h1>Profile nightly</h1>");
  expect(page).toContain("All 30 requests of the runs.");
  const again = await run(["report", "out", "--figures", "svg", "--html", "--outdir", "again"], folder.path);
  expect([
    again.exit,
    again.stdout
      .trim()
      .split("\n")
      .map((path) => path.split("/").at(-1)!),
  ]).toEqual([
    0,
    ["throughput_latency.svg", "throughput_normalized_latency.svg", "goodput_rate.svg", "report.html"],
  ]);
  expect(readFileSync(join(folder.path, "again/report.html"), "utf8")).toBe(page);
  const all = await run(["report", "out", "--outdir", "all"], folder.path, { INFERBENCH_HTML: "" });
  expect(all.stdout).toMatch(
    /^inferbench \S+ profile {3}http.*\n(.*\n)+30 req\/s .*\n60 req\/s .*\n(.*\n)+\S+report\.html\n$/,
  );
  for (const [name, ratePerS] of [
    ["before", 20],
    ["after", 24],
  ] as const) {
    cpSync(out(), join(folder.path, name), { recursive: true });
    const capacity = { ratePerS, low: ratePerS - 1, high: ratePerS + 1, share: 0.95, confidence: 0.95 };
    const content = { ...saved(), capacity: { ...capacity, trials: [], reason: null, at: null } };
    writeFileSync(join(folder.path, name, "profile.json"), JSON.stringify(content));
  }
  const two = await run(["report", "before", "after", "--figures", "svg", "--outdir", "two"], folder.path);
  expect([two.exit, two.stdout]).toEqual([0, expect.stringMatching(/^after +24\.0 req\/s .*beyond noise$/m)]);
  const said = async (format: string) =>
    (await run(["report", "out", "--format", format], folder.path)).stdout;
  expect(JSON.parse(await said("json"))).toEqual(saved());
  expect(parseCsv((await said("csv")).trim()).map((row) => row[2])).toEqual([
    "name",
    "01-rate-30",
    "02-rate-60",
  ]);
  expect(await said("md")).toContain("## nightly");
  expect(await said("junit")).toContain('name="01-rate-30 (30 req/s)"');
  rmSync(out("levels/01-rate-30"), { recursive: true });
  const partial = await run(["report", "out", "--html", "--outdir", "partial"], folder.path);
  expect([partial.exit, partial.stderr.includes("a level is left out")]).toEqual([0, true]);
  writeFileSync(out("profile.json"), '{"benchmark":');
  const broken = await run(["report", "out", "--html"], folder.path);
  expect([broken.exit, broken.stderr]).toEqual([
    2,
    expect.stringContaining("profile.json, line 1, column 14"),
  ]);
});

test("prompts have the same lengths in each level, and are new in each", async () => {
  const { exit } = await run(
    profile(...brief, "--request-rates", "40,40", "--min-tokens", "16"),
    folder.path,
  );
  expect(exit).toBe(0);
  const lengths = saved().levels.map(({ directory }) =>
    linesOf(out(directory, "requests.jsonl"))
      .map((line) => JSON.parse(line))
      .sort((a, b) => a.index - b.index)
      .map(({ promptTokens, maxTokens }) => [promptTokens, maxTokens]),
  );
  expect(lengths[0]).toEqual(lengths[1]!);
  const plans = saved().levels.map(
    ({ directory }) => parse(readFileSync(out(directory, "metadata.yaml"), "utf8")).plan,
  );
  expect(plans[0].cacheSalt).not.toBe(plans[1].cacheSalt);
  expect(plans[0].arrivalSeed).not.toBe(plans[1].arrivalSeed);
});

test("killed, and started again with --resume: finished levels stay as they are, the one under way is run again", async () => {
  const flags = profile("--request-rates", "50,10", "--duration", "2", "--output-tokens", "8");
  const running = start([binary, ...flags], folder.path);
  await untilLines(out("levels/02-rate-10/requests.jsonl"), 3);
  running.kill("SIGKILL");
  await running.outcome;
  const first = saved();
  expect([first.run.status, first.levels.map(({ name }) => name), status("levels/02-rate-10")]).toEqual([
    "running",
    ["01-rate-50"],
    "running",
  ]);
  const shown = await run(["report", "out", "--format", "csv"], folder.path);
  const [header, ...rows] = parseCsv(shown.stdout.trim());
  expect(rows.map((row) => [row[2], row[header!.indexOf("status")]])).toEqual([
    ["01-rate-50", "complete"],
    ["02-rate-10", "interrupted"],
  ]);
  expect(Number(rows[1]![header!.indexOf("requests")])).toBeGreaterThanOrEqual(3);
  const page = await run(["report", "out", "--html", "--outdir", "page"], folder.path);
  expect([page.exit, readFileSync(join(folder.path, "page/report.html"), "utf8")]).toEqual([
    0,
    expect.stringMatching(/<th scope="row">10 req\/s<\/th>.*<td class="text">interrupted<\/td>/),
  ]);
  const kept = statSync(out("levels/01-rate-50/requests.jsonl"));
  writeFileSync(out("levels/02-rate-10/mine.txt"), "not the tool's");

  const { exit, stdout, stderr } = await run([...flags, "--resume"], folder.path);
  expect([exit, stderr.includes("01-rate-50 was kept")]).toEqual([0, true]);
  expect(stdout).toMatch(/\n50 req\/s .*\n10 req\/s /);
  const second = saved();
  expect(second.levels[0]).toEqual(first.levels[0]!);
  expect([second.run.status, second.run.startedAt, second.levels.length]).toEqual([
    "complete",
    first.run.startedAt,
    2,
  ]);
  expect(statSync(out("levels/01-rate-50/requests.jsonl")).mtimeMs).toBe(kept.mtimeMs);
  expect(linesOf(out("levels/02-rate-10/requests.jsonl")).length).toBe(20);
  expect(readFileSync(out("levels/02-rate-10/mine.txt"), "utf8")).toBe("not the tool's");
});

test("--resume of another plan names the difference and changes nothing", async () => {
  expect((await run(profile(...brief, "--request-rates", "40"), folder.path)).exit).toBe(0);
  const before = readFileSync(out("profile.json"), "utf8");
  const other = await run(profile(...brief, "--request-rates", "40,50", "--resume"), folder.path);
  expect([other.exit, other.stdout]).toEqual([2, ""]);
  expect(other.stderr).toContain("requestRates is [40,50], was [40]");
  expect(readFileSync(out("profile.json"), "utf8")).toBe(before);
});

test("--resume where there is no profile is an error, and leaves nothing", async () => {
  const flags = profile(...brief, "--request-rates", "40", "--resume");
  const { exit, stderr } = await run(flags, folder.path);
  expect([exit, stderr.includes("there is nothing to resume in"), existsSync(out())]).toEqual([
    2,
    true,
    false,
  ]);
  writeFileSync(join(folder.path, "mine.txt"), "mine");
  const other = await run([...flags, "--outdir", "."].toSpliced(2, 2), folder.path);
  expect([other.exit, other.stderr.includes("there is nothing to resume in")]).toEqual([2, true]);
  expect(readdirSync(folder.path)).toEqual(["mine.txt"]);
});

test("a second profile, or run, in a directory that one is writing to is an error", async () => {
  const flags = profile("--request-rates", "10", "--duration", "20", "--output-tokens", "8");
  const running = start([binary, ...flags], folder.path);
  await untilLines(out("levels/01-rate-10/requests.jsonl"), 1);
  const second = await run([...flags, "--overwrite"], folder.path);
  expect([second.exit, second.stderr.includes("another run is writing to")]).toEqual([2, true]);
  running.kill("SIGINT");
  expect((await running.outcome).exit).toBe(130);
  expect(linesOf(out("levels/01-rate-10/requests.jsonl")).length).toBeGreaterThan(0);
  const target = ["serving", "--endpoint", `${mock.url}/v1/completions`, "--rate", "10", "--outdir", "run"];
  const first = start([binary, ...target, "--duration", "20", "--output-tokens", "8"], folder.path);
  await untilLines(join(folder.path, "run/requests.jsonl"), 1);
  const other = await run([...target, "--num-prompts", "1", "--overwrite"], folder.path);
  expect([other.exit, other.stderr.includes("another run is writing to")]).toEqual([2, true]);
  first.kill("SIGINT");
  expect((await first.outcome).exit).toBe(130);
});

test("limits that lone requests miss end the search at once, whatever the sweep was", async () => {
  const search = ["--slo", "ttft=1ms", "--find-capacity", "--output-tokens", "4"];
  const flags = ["--request-rates", "20", "--num-prompts", "15", ...search];
  const { exit, stdout, stderr } = await run(profile(...flags), folder.path);
  expect([exit, saved().levels.length]).toEqual([3, 2]);
  expect(stdout.replace(/\s+/g, " ")).toContain("even one request at a time does in 0.0 % (0 of");
  expect(stderr).not.toContain("searching for the capacity");
});

test("--overwrite takes the earlier profile's levels away, and nothing else", async () => {
  expect((await run(profile(...brief, "--request-rates", "40,30"), folder.path)).exit).toBe(0);
  const before = saved().levels;
  writeFileSync(out("mine.txt"), "mine");
  const { exit } = await run(profile(...brief, "--concurrencies", "2", "--overwrite"), folder.path);
  expect([exit, readdirSync(out("levels"))]).toEqual([0, ["01-users-2"]]);
  const latencyFiles = readdirSync(out()).filter((name) => name.startsWith("latency-profile-"));
  expect(latencyFiles).toEqual(saved().levels.map(({ latencyFile }) => latencyFile));
  expect([before.length, existsSync(out("mine.txt"))]).toEqual([2, true]);
});

test("--overwrite of a profile, or of a run, whose server does not answer leaves it as it was", async () => {
  expect((await run(profile(...brief, "--request-rates", "40"), folder.path)).exit).toBe(0);
  const level = saved().levels[0]!.directory;
  const before = [out("profile.json"), out(level, "summary.json")].map((path) => readFileSync(path, "utf8"));
  const dead = { ...mock, url: "http://127.0.0.1:9" };
  const failed = await run(profileOf(dead, ...brief, "--request-rates", "40", "--overwrite"), folder.path);
  const endpoint = ["--endpoint", `${dead.url}/v1/completions`];
  const again = ["serving", ...endpoint, "--concurrency", "1", ...brief, "--overwrite"];
  const single = await run([...again, "--outdir", out(level)], folder.path);
  expect([failed.exit, single.exit]).toEqual([4, 4]);
  const after = [out("profile.json"), out(level, "summary.json")].map((path) => readFileSync(path, "utf8"));
  expect(after).toEqual(before);
});

test("Ctrl-C while --resume looks at the idle server ends at once and changes nothing", async () => {
  let isHanging = false;
  const arrived = Promise.withResolvers<void>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      // What an idle server is asked.
      if (isHanging && (await request.text()).includes('"Hello"')) {
        arrived.resolve();
        await new Promise(() => {});
      }
      return Response.json({ choices: [{ text: "a b c d", finish_reason: "stop" }] });
    },
  });
  const own = { ...mock, url: server.url.origin };
  const flags = profileOf(own, ...brief, "--request-rates", "40,50", "--model", "m", "--no-preflight");
  expect((await run(flags, folder.path)).exit).toBe(0);
  const { levels, ...rest } = saved();
  // As if the second level had failed.
  const before = JSON.stringify({
    ...rest,
    levels: levels.map((l, i) => (i === 1 ? { ...l, status: "failed" } : l)),
  });
  writeFileSync(out("profile.json"), before);
  isHanging = true;
  const resumed = start([binary, ...flags, "--resume"], folder.path);
  await arrived.promise;
  resumed.kill("SIGINT");
  const { exit, stderr } = await resumed.outcome;
  await server.stop(true);
  expect([exit, stderr.includes("01-rate-40 was kept")]).toEqual([130, true]);
  expect(readFileSync(out("profile.json"), "utf8")).toBe(before);
  expect(linesOf(out("levels/02-rate-50/requests.jsonl")).length).toBe(15);
});

test("a finished sweep takes --find-capacity afterwards, and keeps its trials without it", async () => {
  const flags = profile(...brief, "--request-rates", "40,50", "--slo", "ttft=300ms");
  expect((await run(flags, folder.path)).exit).toBe(0);
  const sweep = saved().levels;
  const search = ["--find-capacity", "--capacity-requests", "300", "--no-html"];
  const { exit, stderr } = await run([...flags, "--resume", ...search], folder.path);
  // All requests are good: there is no rate to find.
  expect([exit, stderr.includes("02-rate-50 was kept")]).toEqual([3, true]);
  const searched = saved();
  expect(searched.levels.slice(0, 2)).toEqual(sweep);
  expect(searched.levels.length).toBeGreaterThan(2);
  expect((await run([...flags, "--resume"], folder.path)).exit).toBe(3);
  expect(saved()).toEqual(searched);
});

test("Ctrl-C twice after the last level leaves a complete profile", async () => {
  const flags = profile(...brief, "--request-rates", "40,50", "--figures", "png");
  const drawing = start([binary, ...flags], folder.path);
  await untilLines(out("profile.json"), 1);
  await until(() => saved().run.status === "complete");
  drawing.kill("SIGINT");
  drawing.kill("SIGTERM");
  const { exit } = await drawing.outcome;
  // It may have come to its end before.
  expect([0, 130]).toContain(exit);
  expect([saved().run.status, status()]).toEqual(["complete", "complete"]);
});

test("Ctrl-C: the level ends, what is there is written, exit 130", async () => {
  const running = start(
    [binary, ...profile("--request-rates", "50,40,30", "--duration", "30", "--output-tokens", "8")],
    folder.path,
  );
  await untilLines(out("levels/01-rate-50/requests.jsonl"), 20);
  running.kill("SIGINT");
  const { exit, stdout } = await running.outcome;
  expect([exit, stdout.includes("INTERRUPTED: --resume goes on")]).toEqual([130, true]);
  const { run: ran, levels } = saved();
  expect([ran.status, status(), levels.map((level) => level.status)]).toEqual([
    "interrupted",
    "interrupted",
    ["interrupted"],
  ]);
  expect(readFileSync(out("summary.txt"), "utf8")).toContain("INTERRUPTED");
  expect(levels[0]!.figures!.requests.total).toBeGreaterThanOrEqual(20);
});

test("a second Ctrl-C ends at once: the level under way is there with its requests in flight, and report shows it", async () => {
  const hanging = await startMockProcess("--ttft", "20ms", "--itl", "5ms", "--fault", "hang@31-1000000");
  const flags = ["--request-rates", "50,40", "--num-prompts", "15", "--output-tokens", "4"];
  const running = start([binary, ...profileOf(hanging, ...flags)], folder.path);
  await untilLines(out("levels/02-rate-40/requests.jsonl"), 2);
  running.kill("SIGINT");
  // The first one is being handled while the drain waits for what hangs.
  await Bun.sleep(300);
  running.kill("SIGINT");
  expect((await running.outcome).exit).toBe(130);
  await hanging.stop();
  const { run: ran, levels } = saved();
  expect([ran.status, status(), levels.map(({ name }) => name), status("levels/02-rate-40")]).toEqual([
    "interrupted",
    "interrupted",
    ["01-rate-50"],
    "interrupted",
  ]);
  const records = linesOf(out("levels/02-rate-40/requests.jsonl")).map((line) => JSON.parse(line));
  const open = records.filter(({ failure }) => failure?.class === "aborted").length;
  expect(open).toBeGreaterThan(0);
  const shown = await run(["report", "out", "--format", "csv"], folder.path);
  const [header, , row] = parseCsv(shown.stdout.trim());
  const cell = (name: string) => row![header!.indexOf(name)];
  expect([cell("status"), cell("requests")]).toEqual(["interrupted", String(records.length)]);
});

test("--max-time ends the level under way, and says so, whatever is left to do", async () => {
  const flags = [
    "--request-rates",
    "50,40,30",
    "--duration",
    "60",
    "--output-tokens",
    "8",
    "--max-time",
    "3s",
  ];
  const { exit, stdout, stderr } = await run(profile(...flags), folder.path);
  expect([exit, stderr.includes("--max-time 3.00 s is over")]).toEqual([130, true]);
  expect(stderr).toContain("gets 2 s to finish; Ctrl-C twice stops at once");
  const said = "CUT SHORT by --max-time 3.00 s: --resume goes on with what is missing.";
  expect([stdout, readFileSync(out("summary.txt"), "utf8")].map((text) => text.includes(said))).toEqual([
    true,
    true,
  ]);
  const { run: ran, levels } = saved();
  expect([ran.status, ran.cutBy, status(), levels.map((level) => level.status)]).toEqual([
    "interrupted",
    "--max-time 3.00 s",
    "interrupted",
    ["interrupted"],
  ]);
  const shown = await run(["report", "out", "--format", "md"], folder.path);
  expect(shown.stdout).toContain("The profile is cut short by --max-time 3.00 s.");
});

test("--max-time that is over in the search leaves what its trials tell", async () => {
  const search = ["--find-capacity", "--slo", "ttft=500ms", "--idle-timeout", "0", "--max-time", "8s"];
  const flags = ["--request-rates", "20", "--num-prompts", "40", "--output-tokens", "4"];
  expect((await run(profile(...flags, ...search), folder.path)).exit).toBe(130);
  const { levels, capacity } = saved();
  expect(levels.at(-1)).toMatchObject({ role: "capacity", status: "interrupted" });
  expect(capacity!.reason).toStartWith("the search was stopped before");
});

test("Ctrl-C between levels ends at once", async () => {
  const running = start(
    [binary, ...profile(...brief, "--request-rates", "40,30", "--sleep-time", "80")],
    folder.path,
  );
  await untilLines(out("profile.csv"), 2);
  running.kill("SIGINT");
  const { exit } = await running.outcome;
  expect([exit, saved().run.status, saved().levels.length]).toEqual([130, "interrupted", 1]);
});

test("--json prints profile.json, the table goes to stderr", async () => {
  const { stdout, stderr } = await run(
    profile(...brief, "--concurrencies", "1,4", "--json", "--workers", "2"),
    folder.path,
  );
  expect(JSON.parse(stdout)).toEqual(saved());
  expect(stderr).toMatch(/\n1 user .*\n4 users /);
  // One user needs one of two workers.
  const left = saved().levels.flatMap(({ directory }) => readdirSync(out(directory)));
  expect(left.filter((name) => name.includes("worker"))).toEqual([]);
});

test("a rate beyond saturation ends early and is marked", async () => {
  // 2 streams of 8 tokens, 20 ms a token: some 12 req/s.
  const small = await startMockProcess("--engine", "batching", "--max-num-seqs", "2", "--step-base", "20ms");
  const flags = [
    "--request-rates",
    "60",
    "--duration",
    "60",
    "--early-stop-after",
    "5s",
    "--output-tokens",
    "8",
  ];
  const { exit } = await run(profileOf(small, ...flags, "--drain-timeout", "1s"), folder.path);
  await small.stop();
  const [beyond] = saved().levels;
  expect([exit, beyond!.saturated, beyond!.saturation?.saturated]).toEqual([0, true, true]);
  expect(beyond!.marks).toContain("saturated");
  expect(beyond!.figures!.requests.total).toBeLessThan(3600);
  const summary = JSON.parse(readFileSync(out(beyond!.directory, "summary.json"), "utf8"));
  expect(summary.warnings.map(({ code }: { code: string }) => code)).toContain("saturated");
  const [header, row] = parseCsv(readFileSync(out("profile.csv"), "utf8"));
  expect(row![header!.indexOf("saturated")]).toBe("true");
});

test("the capacity search runs levels of its own after the sweep, and says what the capacity comes with", async () => {
  const small = await startMockProcess("--engine", "batching", "--max-num-seqs", "2", "--step-base", "20ms");
  const flags = [
    "--request-rates",
    "2,30",
    "--num-prompts",
    "16",
    "--slo",
    "ttft=400ms",
    "--host-watts",
    "100",
  ];
  const search = [
    "--find-capacity",
    "--capacity-requests",
    "120",
    "--output-tokens",
    "8",
    "--price-per-hour",
    "2",
  ];
  const { exit, stdout } = await run(profileOf(small, ...flags, ...search), folder.path);
  await small.stop();
  const { capacity, levels } = saved();
  const trials = levels.filter(({ role }) => role === "capacity");
  expect([levels[0]!.role, levels[1]!.role, trials.length > 0]).toEqual(["listed", "listed", true]);
  expect(stdout).toContain("\nCapacity    ");
  expect([capacity!.share, capacity!.trials.length]).toEqual([0.95, levels.length]);
  // Whether these few requests are enough is the search's to say.
  expect(exit).toBe(capacity!.ratePerS === null ? 3 : 0);
  if (capacity!.ratePerS === null) return;
  expect(capacity!.ratePerS).toBeWithin(2, 30);
  const { at } = capacity!;
  expect(levels.map(({ name }) => name)).toEqual(expect.arrayContaining(at!.levels));
  // Answers of 8 tokens: what the capacity comes with is at that rate.
  expect(at!.outputTokensPerS.value).toBeCloseTo(8 * capacity!.ratePerS, 6);
  expect(at!.usdPerMOutputTokens!.value).toBeCloseTo(2e6 / 3600 / at!.outputTokensPerS.value, 6);
  expect([at!.usdPerMTotalTokens!.value > 0, at!.joulesPerOutputToken!.value > 0, at!.gpus]).toEqual([
    true,
    true,
    null,
  ]);
});

test("the curves are drawn when all is over, a level's own figures only if asked for", async () => {
  const env = { INFERBENCH_FIGURES: "svg" };
  const flags = [...brief, "--request-rates", "20,40", "--slo", "ttft=1s", "--price-per-hour", "2"];
  const { exit } = await run(profile(...flags), folder.path, env);
  expect(exit).toBe(0);
  expect(
    readdirSync(out())
      .filter((name) => name.endsWith(".svg"))
      .sort(),
  ).toEqual([
    "cost_latency.svg",
    "goodput_rate.svg",
    "throughput_latency.svg",
    "throughput_normalized_latency.svg",
  ]);
  expect(readFileSync(out("throughput_latency.svg"), "utf8")).toContain("40 req/s");
  expect(readdirSync(out("levels/01-rate-20")).filter((name) => name.endsWith(".svg"))).toEqual([]);
  expect(saved().levels.every(({ figures }) => figures!.usdPerMOutputTokens! > 0)).toBeTrue();
});

test("seed 004's container: its variables alone, and the process stays until it is told to end", async () => {
  writeFileSync(
    join(folder.path, "ShareGPT_V3_unfiltered_cleaned_split.json"),
    readFileSync(join(import.meta.dir, "../../fixtures/sharegpt-sample.json")),
  );
  const { hostname, port } = new URL(mock.url);
  const env = {
    IP: hostname,
    PORT: port,
    BACKEND: "vllm",
    MODELS: "mock-model",
    PROMPT_DATASET: "sharegpt",
    INPUT_LENGTH: "1024",
    OUTPUT_LENGTH: "64",
    REQUEST_RATES: "0,10",
    BENCHMARK_TIME_SECONDS: "2",
    MAX_NUM_PROMPTS: "12",
    FILE_PREFIX: "benchmark",
    STREAM_REQUEST: "true",
    OUTPUT_BUCKET: "",
    POST_BENCHMARK_SLEEP_TIME: "infinity",
  };
  const running = start([binary, "profile", "--no-calibrate", "--outdir", "out"], folder.path, env);
  await untilLines(out("profile.csv"), 3);
  await until(() => saved().run.status === "complete");
  const { levels } = saved();
  expect(levels.map(({ figures }) => figures!.requests.total)).toEqual([12, 20]);
  const [first] = levels[0]!.seedFiles;
  expect(first).toStartWith("benchmark-openai-completions-infqps-");
  expect(existsSync(out(`${levels[0]!.directory}/${first}`))).toBeTrue();
  expect(levels[1]!.figures!.tpotMs).not.toBeNull();
  running.kill("SIGTERM");
  const { exit, stderr } = await running.outcome;
  expect([exit, stderr.includes("the process stays until it is told to end")]).toEqual([0, true]);
});

test.each([
  [["--request-rates", "4,fast"], {}, '--request-rates: "4,fast" is not a rate above 0'],
  [["--rate", "4"], {}, "unknown flag --rate"],
  [["--request-rates", "4", "--find-capacity"], {}, "what a good request is"],
  [["--auto", "--levels", "2"], {}, '--levels: "2" is not a whole number from 4'],
  [
    [],
    { REQUEST_RATES: "1", MODELS: "a,b", TRAFFIC_SPLIT: "0.5,0.6" },
    "TRAFFIC_SPLIT 0.5,0.6 adds up to 1.1",
  ],
] as [string[], Record<string, string>, string][])(
  "%j with %j is refused before any load",
  async (flags, env, message) => {
    const { exit, stdout, stderr } = await run(profile(...flags), folder.path, env);
    expect([exit, stdout, stderr.includes(message) ? message : stderr]).toEqual([2, "", message]);
    expect(existsSync(out())).toBeFalse();
  },
);

/** Waits for something that other programs do. @throws after 30 s */
async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error("it did not come");
    await Bun.sleep(20);
  }
}

import { describe, expect, test } from "bun:test";
import { makeLevel } from "../../benchmarks/profile/level.ts";
import { ToolError } from "../../core/errors.ts";
import { loadOf } from "../serving/load.ts";
import { levelValues } from "./level-values.ts";
import { sleepTime } from "./sleep-kind.ts";
import { configured } from "./values.fake.ts";

describe("levels", () => {
  test("a list of rates, 0 and inf all at once", () => {
    const { config } = configured("--request-rates", "0,1,inf,0.5", "--duration", "20");
    const allAtOnce = { kind: "all-at-once" };
    expect(config.sweep).toEqual({
      kind: "listed",
      loads: [allAtOnce, { kind: "rate", ratePerS: 1 }, allAtOnce, { kind: "rate", ratePerS: 0.5 }],
    } as typeof config.sweep);
  });

  test("--auto where nothing is named", () => {
    expect(configured().config.sweep).toEqual({ kind: "auto", levels: 10, fullUsers: 512 });
    expect(configured("--full-users", "64", "--levels", "6").config.sweep).toEqual({
      kind: "auto",
      levels: 6,
      fullUsers: 64,
    });
  });

  test.each([
    [["--request-rates", "1", "--concurrencies", "2"], "both say which levels"],
    [["--request-rates", "1", "--auto"], "both say which levels"],
    [["--concurrencies", "2", "--concurrency", "3"], "--concurrency has no effect with --concurrencies"],
    [["--request-rates", "1", "--levels", "5"], "--levels has no effect without --auto"],
    [["--request-rates", "1", "--max-num-prompts", "5"], "--max-num-prompts has no effect"],
    [["--good", "0.9"], "--good has no effect without --find-capacity"],
    [["--find-capacity"], "what a good request is"],
    [["--no-early-stop", "--early-stop-after", "5s"], "--early-stop-after has no effect"],
    [["--concurrencies", "2", "--early-stop-after", "5s"], "--early-stop-after has no effect"],
    [["--request-rates", "0", "--early-stop-after", "5s"], "--early-stop-after has no effect"],
    [["--resume"], "which profile"],
    [["--resume", "--overwrite", "--outdir", "x"], "--resume keeps what --overwrite"],
    [["--concurrencies", "2", "--arrival", "gamma", "--burstiness", "1"], "--arrival has no effect"],
    [["--request-rates", "1,inf", "--until", "ttft.p99:5%"], "no effect with --rate inf"],
    [["--request-rates", "1", "--until", "ttft.p99:5%", "--duration", "20"], "--duration and --until both"],
    [["--request-rates", "1", "--arrival", "gamma"], "needs --burstiness"],
    [["--level-figures", "--figures", "none"], "--level-figures has no effect"],
  ])("%j is wrong usage", (argv, message) => {
    expect(() => configured(...argv)).toThrow(ToolError);
    expect(() => configured(...argv)).toThrow(message);
  });
});

describe("a level as flags of serving", () => {
  const valuesFor = (number: number, ...argv: string[]) => {
    const { values, config } = configured(...argv);
    const loads = config.sweep.kind === "listed" ? config.sweep.loads : [];
    const level = makeLevel(number, "listed", loads[number - 1]!, config.limits);
    return levelValues(values, level, "out", config.waitsForAll);
  };

  test("at a rate", () => {
    const own = valuesFor(2, "--request-rates", "1,4", "--duration", "10", "--max-concurrency", "9");
    expect(loadOf(own, null)).toEqual({
      load: { kind: "open", arrival: { kind: "poisson", ratePerS: 4 }, concurrency: 9 },
      stop: { durationMs: null, requests: 40 },
    });
    expect(own).toMatchObject({ outdir: "out", figures: "none", json: false });
  });

  test("with users", () => {
    expect(loadOf(valuesFor(1, "--concurrencies", "3", "--duration", "10"), null)).toEqual({
      load: { kind: "closed", concurrency: 3 },
      stop: { durationMs: 10_000, requests: null },
    });
  });

  test("all at once waits as long as a request may take, unless --drain-timeout says less", () => {
    const all = ["--request-rates", "inf", "--max-num-prompts", "20"];
    expect(valuesFor(1, ...all)).toMatchObject({ numPrompts: 20, drainTimeout: 10_800_000 });
    expect(valuesFor(1, ...all, "--drain-timeout", "5s").drainTimeout).toBe(5000);
    expect(valuesFor(1, "--request-rates", "1").drainTimeout).toBe(30_000);
  });

  test("--until stops it in place of a number", () => {
    const own = valuesFor(1, "--request-rates", "4", "--until", "ttft.p99:5%", "--max-duration", "90s");
    expect(loadOf(own, null).stop).toMatchObject({ durationMs: 90_000, requests: null });
  });

  test("prompts have other heads in each level, their lengths one seed", () => {
    const rates = ["--request-rates", "1,1", "--cache-salt", "5", "--seed", "3"];
    const [one, two] = [valuesFor(1, ...rates), valuesFor(2, ...rates)];
    expect([one.seed, two.seed]).toEqual([3, 3]);
    expect(one.cacheSalt).not.toBe(two.cacheSalt!);
    expect(one.arrivalSeed).not.toBe(two.arrivalSeed!);
    expect(valuesFor(1, ...rates).cacheSalt).toBe(one.cacheSalt!);
  });
});

test("times to sleep are those of sleep(1)", () => {
  const times = ["infinity", "inf", "5", "0.5", "5s", "2m", "1h", "1d", "0"].map((text) =>
    sleepTime.parse(text),
  );
  const forever = Number.POSITIVE_INFINITY;
  expect(times).toEqual([forever, forever, 5000, 500, 5000, 120_000, 3_600_000, 86_400_000, 0]);
  for (const text of ["", "x", "5ms", "-1", "1 2"]) expect(sleepTime.parse(text)).toBeUndefined();
});

test("--rate of serving has another name here", () => {
  expect(() => configured("--rate", "1")).toThrow(
    expect.objectContaining({ hint: "Did you mean --request-rates?" }),
  );
});

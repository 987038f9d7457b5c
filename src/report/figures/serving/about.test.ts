import { describe, expect, test } from "bun:test";
import { cautionOf, comparisonCaution } from "./caution.ts";
import { comparisonFacts, runFacts } from "./facts.ts";
import { fakeRun } from "./run.fake.ts";

describe("what is said of a run", () => {
  test("is when, what, how and where, without the host's name", () => {
    expect(runFacts("run1", fakeRun().metadata)).toEqual([
      { name: "Run", value: "run1 · 2026-11-23 05:55:12 UTC · inferbench 0.1.0 · seed 0" },
      {
        name: "Server",
        value: "http://10.0.0.7:8000/v1/completions · openai-completions · meta-llama/Llama-3.1-8B-Instruct",
      },
      { name: "Load", value: "open loop, poisson, 20 req/s" },
      {
        name: "Machine",
        value:
          "a3-highgpu-8g (gce, us-central1-a) · 208 × Intel(R) Xeon(R) Platinum 8481C · 1.97 TB · Debian GNU/Linux 12 (bookworm) · Linux 6.1.0-28-cloud-amd64",
      },
      { name: "GPU", value: "8 × NVIDIA H100 80GB HBM3, driver 550.90.07, CUDA 12.4" },
    ]);
  });

  test("is its name where nothing else is known", () => {
    expect(runFacts("run1", null)).toEqual([{ name: "Run", value: "run1" }]);
  });

  test("leaves out what an endpoint's query may hold", () => {
    const { metadata } = fakeRun();
    const keyed = { ...metadata!, plan: { ...metadata!.plan!, endpoint: "http://h/v1?key=secret" } };
    expect(JSON.stringify(runFacts("run1", keyed))).not.toContain("secret");
  });

  test("of several runs names once what they share", () => {
    const facts = comparisonFacts([fakeRun(), fakeRun({ name: "run2", ratePerS: 40 })]);
    expect(facts.slice(0, 2)).toEqual([
      { name: "run1", value: "2026-11-23 05:55:12 UTC · open loop, poisson, 20 req/s" },
      { name: "run2", value: "2026-11-23 05:55:12 UTC · open loop, poisson, 40 req/s" },
    ]);
    expect(facts.map(({ name }) => name)).toEqual(["run1", "run2", "Server", "Machine", "GPU", "Version"]);
  });
});

describe("what speaks against a run", () => {
  test("is nothing for a complete run of a fit client", () => {
    expect(cautionOf(fakeRun())).toBeNull();
    expect(comparisonCaution([fakeRun(), fakeRun()])).toBeNull();
  });

  test.each([
    ["running", "Incomplete, the run did not come to its end; shown is what it wrote until then"],
    ["interrupted", "Incomplete, the run was interrupted"],
    ["failed", "The run failed"],
  ])("is said of one that is %s", (status, text) => {
    expect(cautionOf(fakeRun({ status }))).toBe(text);
  });

  test("is said of a client that was not fit", () => {
    expect(cautionOf(fakeRun({ verdict: "unfit" }))).toBe("Client unfit: its event loop was late");
  });

  test("is said once for all runs that it is true of", () => {
    const runs = [
      fakeRun({ verdict: "doubtful" }),
      fakeRun({ name: "run2" }),
      fakeRun({ name: "run3", verdict: "doubtful", status: "interrupted" }),
    ];
    expect(comparisonCaution(runs)).toBe(
      "Client doubtful: run1, run3 · Incomplete, the run was interrupted: run3",
    );
  });
});

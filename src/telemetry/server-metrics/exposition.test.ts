import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { numberOf, parseExposition } from "./exposition.ts";
import { familyOf } from "./family.ts";

const one = (line: string) => {
  const { samples, malformed } = parseExposition(line);
  return malformed === 0 ? samples[0] : undefined;
};

describe("a line of the text format", () => {
  test.each([
    ["up 1", "up", {}, 1],
    ['vllm:x{engine="0",model_name="m"} 2.5', "vllm:x", { engine: "0", model_name: "m" }, 2.5],
    ['x{a="q\\"b\\\\c\\nd\\te"} 1', "x", { a: 'q"b\\c\nd\\te' }, 1],
    ['x{a="} # , = 1"} 3', "x", { a: "} # , = 1" }, 3],
    ['x{ a = "1" , b="2", } 4 1395066363000', "x", { a: "1", b: "2" }, 4],
    ["x{} 1e-07", "x", {}, 1e-7],
    ["x +Inf", "x", {}, Number.POSITIVE_INFINITY],
    ["x -Inf", "x", {}, Number.NEGATIVE_INFINITY],
    ['x_bucket{le="0.1"} 5 # {trace_id="a"} 0.05 1.5e9', "x_bucket", { le: "0.1" }, 5],
    ["x\t1.0\r", "x", {}, 1],
  ])("%j", (line, name, labels, value) => expect(one(line)).toMatchObject({ name, labels, value }));

  test("NaN, as Python and as C++ write it", () => {
    expect([one("x NaN")?.value, one("x nan")?.value]).toEqual([Number.NaN, Number.NaN]);
  });

  test.each([
    "x",
    "x{a=1} 1",
    'x{a="1" 1',
    'x{a="1"b="2"} 1',
    'x{a="1",a="2"} 1',
    "x{,} 1",
    "0x 1",
    "x one",
    "x 1 then",
    "<html>",
    '{"error":"not found"}',
    "# TYPE x nothing",
  ])("%j is counted as none", (line) => {
    expect(parseExposition(`up 1\n${line}\n`)).toMatchObject({ malformed: 1, samples: [{ name: "up" }] });
  });
});

test("TYPE, HELP, comments, UNIT and EOF", () => {
  const text =
    "# HELP a b # c\n# TYPE a counter\n# TYPE h histogram\n# UNIT a seconds\n#\n# TYPEX\na_total 1\n\n# EOF\n";
  const { types, samples, malformed } = parseExposition(text);
  expect([...types]).toEqual([
    ["a", "counter"],
    ["h", "histogram"],
  ]);
  expect([samples.length, malformed]).toEqual([1, 0]);
});

/** What Python's prometheus_client answers to a scrape, in part. */
const PYTHON = String.raw`# HELP vllm:generation_tokens_total toks\nmore
# TYPE vllm:generation_tokens_total counter
vllm:generation_tokens_total{engine="0",model_name="org/\"m\"\\x"} 5.0
# HELP vllm:generation_tokens_created toks\nmore
# TYPE vllm:generation_tokens_created gauge
vllm:generation_tokens_created{engine="0",model_name="org/\"m\"\\x"} 1.7958983188706145e+09
# HELP vllm:iteration_tokens_total h
# TYPE vllm:iteration_tokens_total histogram
vllm:iteration_tokens_total_bucket{engine="0",le="1e+06",model_name="org/\"m\"\\x"} 1.0
vllm:iteration_tokens_total_bucket{engine="0",le="+Inf",model_name="org/\"m\"\\x"} 1.0
vllm:iteration_tokens_total_count{engine="0",model_name="org/\"m\"\\x"} 1.0
vllm:iteration_tokens_total_sum{engine="0",model_name="org/\"m\"\\x"} 3.0
# HELP sglang:func_latency s
# TYPE sglang:func_latency summary
sglang:func_latency_count 1.0
sglang:func_latency_sum 2.0
`;

test("prometheus_client's output is read to the last line", () => {
  const { samples, types, malformed } = parseExposition(PYTHON);
  expect([samples.length, malformed, samples[0]!.labels.model_name]).toEqual([8, 0, 'org/"m"\\x']);
  expect(samples.map((sample) => Object.values(familyOf(sample.name, types)).join(" "))).toEqual([
    "vllm:generation_tokens_total counter value",
    "vllm:generation_tokens_created gauge value",
    "vllm:iteration_tokens_total histogram bucket",
    "vllm:iteration_tokens_total histogram bucket",
    "vllm:iteration_tokens_total histogram count",
    "vllm:iteration_tokens_total histogram sum",
    "sglang:func_latency summary count",
    "sglang:func_latency summary sum",
  ]);
});

test("OpenMetrics names a counter without the _total of its sample", () => {
  const { samples, types } = parseExposition("# TYPE a counter\na_total 1\n");
  expect(familyOf(samples[0]!.name, types)).toMatchObject({ family: "a_total", type: "counter" });
});

const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/);
const labelName = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
const labels = fc.dictionary(labelName, fc.string({ unit: "binary", maxLength: 12 }), {
  noNullPrototype: true,
});
const value = fc.double();
const written = (labels: Record<string, string>) =>
  Object.entries(labels)
    .map(
      ([key, text]) =>
        `${key}="${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`,
    )
    .join(",");

test("what is written is read again, whatever the labels hold", () => {
  fc.assert(
    fc.property(name, labels, value, (name, labels, value) => {
      const shown =
        value === Number.POSITIVE_INFINITY
          ? "+Inf"
          : value === Number.NEGATIVE_INFINITY
            ? "-Inf"
            : `${value}`;
      const { samples, malformed } = parseExposition(`${name}{${written(labels)}} ${shown}\n`);
      expect(malformed).toBe(0);
      expect(samples[0]).toMatchObject({ name, labels });
      expect(samples[0]!.value === value || Number.isNaN(value)).toBe(true);
    }),
  );
});

test("no text throws, and each line is a sample, a comment or counted", () => {
  const line = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'x{}="\\,# 1eN\t') }),
    fc.constant("up 1"),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join("\n");
      const { samples, malformed } = parseExposition(text);
      const told = text
        .split("\n")
        .filter((one) => one.trim() !== "" && !one.trimStart().startsWith("#")).length;
      expect(samples.length + malformed).toBeGreaterThanOrEqual(told);
    }),
  );
});

test("long lines take linear time", () => {
  const startMs = performance.now();
  for (const unit of ["a", " ", '"', "\\", 'a="",', "{", "1 ", "#"])
    parseExposition(`x{${unit.repeat(200_000)}`);
  expect(performance.now() - startMs).toBeLessThan(3000);
});

test("hexadecimal is no number here", () =>
  expect([numberOf("0x1p3"), numberOf("1_0"), numberOf("")]).toEqual([null, null, null]));

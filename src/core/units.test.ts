import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  formatBytes,
  formatDuration,
  formatNumber,
  parseDecimal,
  parseDurationMs,
  parseRatePerS,
  parseSizeBytes,
  significant,
} from "./units.ts";

/** Names that every object has; none of them is a unit. */
const INHERITED = ["constructor", "toString", "valueOf", "__proto__", "hasOwnProperty"];

describe("parseDecimal", () => {
  test.each([
    ["0", 0],
    ["20", 20],
    [".5", 0.5],
    ["1.25", 1.25],
    ["1e3", 1000],
    ["1.5E-3", 0.0015],
    ["2e+2", 200],
  ])("%s is %d", (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  test.each([
    "",
    " ",
    "1 ",
    " 1",
    "1.",
    ".",
    "e3",
    "1e",
    "0x10",
    "1_000",
    "1,5",
    "NaN",
    "Infinity",
    "1e400",
    "１",
    "--1",
  ])("%p is no number", (text) => {
    expect(parseDecimal(text)).toBeNull();
    expect(parseDecimal(text, true)).toBeNull();
  });

  test("takes a sign only where one is allowed", () => {
    expect(parseDecimal("-1")).toBeNull();
    expect(parseDecimal("+1")).toBeNull();
    expect(parseDecimal("-1", true)).toBe(-1);
    expect(parseDecimal("+1.5", true)).toBe(1.5);
    expect(parseDecimal("+-1", true)).toBeNull();
    expect(parseDecimal("-", true)).toBeNull();
  });

  test("reads back every number that JavaScript prints", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseDecimal(String(value), true)).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });
});

describe("parseDurationMs", () => {
  test.each([
    ["90s", 90_000],
    ["5m", 300_000],
    ["5min", 300_000],
    ["5ms", 5],
    ["2h", 7_200_000],
    ["1h30m", 5_400_000],
    ["1m30s250ms", 90_250],
    ["1.5s", 1500],
    [".5s", 500],
    ["250us", 0.25],
    ["250µs", 0.25],
    ["500ns", 0.0005],
    ["0s", 0],
    ["60", 60_000],
    ["0.25", 250],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDurationMs(text)).toBeCloseTo(ms, 9);
  });

  test("a bare number counts the unit that the flag says", () => {
    expect(parseDurationMs("250", "ms")).toBe(250);
    expect(parseDurationMs("250", "s")).toBe(250_000);
    expect(parseDurationMs("250s", "ms")).toBe(250_000);
  });

  test.each([
    "",
    "s",
    "5 s",
    "5S",
    "-5s",
    "5d",
    "5m5",
    "1e3s",
    "1.5.5s",
    "5s-",
    "abc",
    "inf",
    "1h 30m",
    "5mss",
  ])("%p is no duration", (text) => {
    expect(parseDurationMs(text)).toBeNull();
  });

  test("what is too long for a number is no duration, not Infinity", () => {
    expect(parseDurationMs("1e308")).toBeNull();
    expect(parseDurationMs(`${"9".repeat(400)}h`)).toBeNull();
  });

  test("adds up whatever parts it is made of", () => {
    const part = fc.record({
      n: fc.integer({ min: 0, max: 100_000 }),
      unit: fc.constantFrom(
        ["ms", 1] as const,
        ["s", 1000] as const,
        ["m", 60_000] as const,
        ["h", 3_600_000] as const,
      ),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const text = parts.map(({ n, unit }) => `${n}${unit[0]}`).join("");
        expect(parseDurationMs(text)).toBe(parts.reduce((sum, { n, unit }) => sum + n * unit[1], 0));
      }),
    );
  });
});

describe("parseSizeBytes", () => {
  test.each([
    ["4096", 4096],
    ["0", 0],
    ["32GB", 32e9],
    ["32gb", 32e9],
    ["32 GB", 32e9],
    ["32G", 32e9],
    ["16GiB", 17_179_869_184],
    ["256KiB", 262_144],
    ["1.5k", 1500],
    [".5MiB", 524_288],
    ["2TB", 2e12],
    ["1TiB", 1_099_511_627_776],
    ["12B", 12],
    ["1.4", 1],
  ])("%s is %d bytes", (text, bytes) => {
    expect(parseSizeBytes(text)).toBe(bytes);
  });

  test.each([
    "",
    "GB",
    "-1GB",
    "1e3",
    "1XB",
    "1GBs",
    "32 G B",
    "0x10",
    "inf",
    ...INHERITED.map((name) => `5${name}`),
  ])("%p is no size", (text) => {
    expect(parseSizeBytes(text)).toBeNull();
  });

  test("what is too large for a number is no size, not Infinity", () => {
    expect(parseSizeBytes("9".repeat(400))).toBeNull();
    expect(parseSizeBytes(`${"9".repeat(305)}TB`)).toBeNull();
  });
});

describe("parseRatePerS", () => {
  test.each([
    ["20", 20],
    ["20/s", 20],
    ["20/sec", 20],
    ["0.5", 0.5],
    ["90/m", 1.5],
    ["90/min", 1.5],
    ["7200/h", 2],
    ["inf", Number.POSITIVE_INFINITY],
    ["INF", Number.POSITIVE_INFINITY],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["0", 0],
  ])("%s is %d per second", (text, perS) => {
    expect(parseRatePerS(text)).toBe(perS);
  });

  test.each([
    "",
    "/s",
    "20/",
    "20/d",
    "20/s/s",
    "-1",
    "inf/s",
    "-inf",
    "twenty",
    "20 /s",
    "1e400",
    "20/constructor",
  ])("%p is no rate", (text) => {
    expect(parseRatePerS(text)).toBeNull();
  });
});

test("no parser throws or gives NaN, whatever the text", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(..."0123456789.eE+-/smhngkKMGTiBb µ") }),
  );
  fc.assert(
    fc.property(text, (given) => {
      for (const value of [
        parseDecimal(given),
        parseDecimal(given, true),
        parseDurationMs(given),
        parseDurationMs(given, "ms"),
        parseSizeBytes(given),
        parseRatePerS(given),
      ]) {
        if (value !== null) expect(value).not.toBeNaN();
      }
    }),
    { numRuns: 2000 },
  );
});

describe("formatDuration", () => {
  test.each([
    [0, "0 ms"],
    [-0, "0 ms"],
    [0.0005, "0.500 µs"],
    [0.85, "850 µs"],
    [0.9994, "999 µs"],
    [0.9996, "1.00 ms"],
    [1, "1.00 ms"],
    [12.345, "12.3 ms"],
    [999.4, "999 ms"],
    [999.6, "1.00 s"],
    [4560, "4.56 s"],
    [119_900, "120 s"],
    [120_000, "2m 00s"],
    [125_400, "2m 05s"],
    [3_599_600, "1h 00m 00s"],
    [3_725_000, "1h 02m 05s"],
    [360_000_000, "100h 00m 00s"],
  ])("%d is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test.each([
    [-12.345, "-12.3 ms"],
    [-125_000, "-2m 05s"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [Number.NaN, "NaN"],
  ])("%d is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test("parses back to within what it rounds away", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (ms) => {
        const back = parseDurationMs(formatDuration(ms).replaceAll(" ", "").replaceAll(",", ""))!;
        const roundedMs = ms < 119_950 ? ms * 0.005 : 500;
        expect(Math.abs(back - ms)).toBeLessThanOrEqual(roundedMs * (1 + 1e-9));
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  [0, "0 B"],
  [512, "512 B"],
  [999, "999 B"],
  [1000, "1.00 kB"],
  [3_200_000, "3.20 MB"],
  [999_499, "999 kB"],
  [999_500, "1.00 MB"],
  [17_179_869_184, "17.2 GB"],
  [2e12, "2.00 TB"],
  [5e18, "5,000 PB"],
  [-2048, "-2.05 kB"],
])("formatBytes: %d is %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

describe("significant", () => {
  test.each([
    [0, 3, "0"],
    [0.9996, 3, "1.00"],
    [99.96, 3, "100"],
    [9.996, 3, "10.0"],
    [1.5, 3, "1.50"],
    [123_456, 3, "123,456"],
    [0.000_012_345, 3, "0.0000123"],
    [-1.234, 2, "-1.2"],
    [1000, 4, "1,000"],
    [Number.POSITIVE_INFINITY, 3, "Infinity"],
  ])("%d to %d digits is %s", (value, digits, text) => {
    expect(significant(value, digits)).toBe(text);
  });

  test("is off by at most half of the last digit shown, and shows as many as asked for", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        fc.integer({ min: 1, max: 6 }),
        (value, digits) => {
          const text = significant(value, digits);
          const shown = Number(text.replaceAll(",", ""));
          const decimals = text.split(".")[1]?.length ?? 0;
          expect(Math.abs(shown - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals * (1 + 1e-6));
          const figures = text.replace(/[.,]/g, "").replace(/^0+/, "").length;
          if (shown < 10 ** digits) expect(figures).toBe(digits);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test("formatNumber separates thousands and keeps its decimals", () => {
  expect(formatNumber(1_234_567.891, 1)).toBe("1,234,567.9");
  expect(formatNumber(1000)).toBe("1,000");
  expect(formatNumber(0.5, 2)).toBe("0.50");
});

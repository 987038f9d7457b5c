import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { choice, decimal, duration, integer, list, mode, rate, size, text, toggle } from "./kinds.ts";

/** Names that every object has; none of them is a word of ours. */
const INHERITED = ["constructor", "toString", "valueOf", "__proto__", "hasOwnProperty"];

test("text is anything but empty", () => {
  expect(text().parse("")).toBeUndefined();
  expect([" ", "-1", "--x", "a=b"].map(text().parse)).toEqual([" ", "-1", "--x", "a=b"]);
});

describe("integer", () => {
  test("takes the ends of its range and nothing beyond", () => {
    const port = integer({ min: 1, max: 65_535 });
    expect(["0", "1", "65535", "65536", "-1"].map(port.parse)).toEqual([
      undefined,
      1,
      65_535,
      undefined,
      undefined,
    ]);
    expect(port.allowed).toBe("a whole number from 1 to 65535");
  });

  test.each([
    [{ min: 0 }, "a whole number of at least 0"],
    [{ max: 9 }, "a whole number of at most 9"],
    [{}, "a whole number"],
  ])("says its range %j", (bounds, allowed) => {
    expect(integer(bounds).allowed).toBe(allowed);
  });

  test.each(["", "1.0", "1e3", "0x10", " 1", "1 ", "1,000", "five", "٣", ...INHERITED])(
    "%p is none",
    (given) => {
      expect(integer({}).parse(given)).toBeUndefined();
    },
  );

  test("refuses what a double would round to another number", () => {
    expect(integer().parse("9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    expect(integer().parse("9007199254740993")).toBeUndefined();
    expect(integer({}).parse(`-${"9".repeat(30)}`)).toBeUndefined();
  });

  test("reads back every safe integer", () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (n) => expect(integer({}).parse(String(n))).toBe(n)));
  });
});

test("decimal keeps to its range", () => {
  const share = decimal({ min: 0, max: 1 });
  expect(["0", "1", "0.5", ".5", "-0.1", "1.01", "NaN", "Infinity", ""].map(share.parse)).toEqual([
    0,
    1,
    0.5,
    0.5,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(share.allowed).toBe("a number from 0 to 1");
  expect(decimal().parse("-2.5")).toBe(-2.5);
});

describe("duration", () => {
  test("is in milliseconds, a bare number in the unit that the help names", () => {
    expect(["90s", "5m", "60"].map(duration().parse)).toEqual([90_000, 300_000, 60_000]);
    expect(duration("ms").parse("60")).toBe(60);
    expect(duration().allowed).toContain("a bare number counts seconds");
    expect(duration("ms").allowed).toContain("a bare number counts milliseconds");
  });

  test("keeps to its range, and says so in what is allowed", () => {
    const kind = duration("ms", { min: 10, max: 60_000 });
    expect(["9", "10", "1m", "61s"].map(kind.parse)).toEqual([undefined, 10, 60_000, undefined]);
    expect(kind.allowed).toStartWith("a duration from 10.0 ms to 60.0 s such as ");
    expect(duration("s", { min: 1 }).allowed).toStartWith("a duration of at least 1.00 ms such as ");
    expect(duration().allowed).toStartWith("a duration such as 250ms, 90s, 5m or 1h30m");
  });

  test.each(["", "-1", "-5s", "5d", "soon", "1e999", ...INHERITED])("%p is none", (given) => {
    expect(duration().parse(given)).toBeUndefined();
  });
});

test("size is in bytes", () => {
  expect(["4096", "256KiB", "32GB"].map(size().parse)).toEqual([4096, 262_144, 32e9]);
  for (const given of ["", "-1", "32XB", ...INHERITED.map((name) => `1${name}`)]) {
    expect(size().parse(given)).toBeUndefined();
  }
});

test("rate is per second and above 0", () => {
  expect(["20", "90/m", "inf"].map(rate().parse)).toEqual([20, 1.5, Number.POSITIVE_INFINITY]);
  for (const given of ["", "0", "0/m", "-1", "-inf", "fast", "1e-323/h"])
    expect(rate().parse(given)).toBeUndefined();
});

describe("choice", () => {
  const kind = choice(["uniform", "fixed"]);

  test("is one of its words, exactly", () => {
    expect(["uniform", "fixed", "Fixed", "fix", "", ...INHERITED].map(kind.parse)).toEqual([
      "uniform",
      "fixed",
      ...new Array<undefined>(3 + INHERITED.length).fill(undefined),
    ] as never);
  });

  test("names its words", () => {
    expect(kind.allowed).toBe("one of uniform, fixed");
    expect(kind.placeholder).toBe("uniform|fixed");
    expect(choice(["auto"]).allowed).toBe("auto");
  });
});

test("toggle takes true and false in several words, and no others", () => {
  const kind = toggle();
  expect(["true", "1", "yes", "TRUE"].map(kind.parse)).toEqual([true, true, true, true]);
  expect(["false", "0", "no", "False"].map(kind.parse)).toEqual([false, false, false, false]);
  for (const given of ["", "2", "maybe", ...INHERITED]) expect(kind.parse(given)).toBeUndefined();
  expect(kind.bare).toBe("true");
});

test("mode is a choice with a word for the bare flag", () => {
  const kind = mode(["auto", "require", "off"], "auto");
  expect([kind.bare, kind.placeholder, kind.allowed]).toEqual([
    "auto",
    "[=auto|require|off]",
    "one of auto, require, off",
  ]);
  expect(kind.parse(kind.bare!)).toBe("auto");
});

describe("list", () => {
  const kind = list(integer({ min: 1 }));

  test("reads values between commas, blanks around them allowed", () => {
    expect(kind.parse("32,64,128")).toEqual([32, 64, 128]);
    expect(kind.parse("32, 64")).toEqual([32, 64]);
    expect(kind.parse("7")).toEqual([7]);
    expect(kind.allowed).toBe("a whole number of at least 1, several separated by commas");
  });

  test.each(["", ",", "1,", ",1", "1,,2", "1,0", "1;2", "1 2"])("%p is none", (given) => {
    expect(kind.parse(given)).toBeUndefined();
  });

  test("reads back what it is joined from", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1 }), { minLength: 1 }), (numbers) => {
        expect(kind.parse(numbers.join(","))).toEqual(numbers);
      }),
    );
  });
});

test("no kind throws, whatever the text", () => {
  const kinds = [
    text(),
    integer(),
    decimal(),
    duration(),
    size(),
    rate(),
    choice(["a"]),
    toggle(),
    list(rate()),
  ];
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom(...INHERITED)),
      fc.constantFrom(...kinds),
      (given, kind) => {
        expect(() => kind.parse(given)).not.toThrow();
      },
    ),
  );
});

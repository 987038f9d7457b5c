import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fonts } from "./fonts.ts";
import { drawnBox } from "./svg.fake.ts";
import { fitted, textWidth, wrapped } from "./text-fit.ts";

const font = { px: 13, bold: false };
const words = fc.array(
  fc.string({ minLength: 1, maxLength: 12 }).map((s) => s.replaceAll(" ", "x")),
  { minLength: 1, maxLength: 30 },
);

describe("the width of a text", () => {
  test.each([
    ["Time to first token", 20, true],
    ["100,000", 11.5, false],
    ["8 × NVIDIA H100 80GB HBM3, driver 550.90.07", 11, false],
    ["Größe ≤ 5 µs · Ω", 14, true],
  ] as const)("%p is what is drawn", async (text, px, bold) => {
    const style = `font-size:${px}px;font-family:Inter;font-weight:${bold ? 600 : 400}`;
    const box = await drawnBox(
      `<svg width="9" height="9" xmlns="http://www.w3.org/2000/svg"><text x="0" y="20" style="${style}">${text}</text></svg>`,
    );
    const width = textWidth(text, { px, bold });
    // Ink ends a little before the advance width does, and kerning takes some.
    expect(box!.x + box!.width).toBeLessThanOrEqual(width + 0.5);
    expect(box!.width).toBeGreaterThan(0.96 * width - 2);
  });

  test("counts what the font lacks as one em", () => {
    const { face } = fonts().regular;
    expect([face.has(0x41), face.has(0x6f22)]).toEqual([true, false]);
    expect(face.widthEm("漢")).toBe(1);
  });
});

describe("a text that has to fit", () => {
  test("is cut, and says so", () => {
    expect(fitted("short", font, 500)).toBe("short");
    const cut = fitted("much too long for so little room", font, 100);
    expect(cut).toEndWith("…");
    expect(textWidth(cut, font)).toBeLessThanOrEqual(100);
  });

  test("is broken into lines that fit, no word lost while there are lines", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 120, max: 500 }), (text, widthPx) => {
        const lines = wrapped(text.join(" "), font, widthPx, 1000);
        for (const line of lines) expect(textWidth(line, font)).toBeLessThanOrEqual(widthPx);
        expect(lines.join(" ").split(" ")).toHaveLength(text.length);
        const few = wrapped(text.join(" "), font, widthPx, 2);
        expect(few.length).toBe(Math.min(2, lines.length));
        if (lines.length > 2) expect(few[1]).toEndWith("…");
      }),
      { numRuns: 40 },
    );
  });
});

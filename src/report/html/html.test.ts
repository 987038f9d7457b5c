import { expect, test } from "bun:test";
import fc from "fast-check";
import { html, scriptJson } from "./html.ts";

/** What a browser reads of it again. */
function read(text: string): string {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&([^;]+);/g, (_, name: string) => entities[name]!);
}

test("text in a template is content and nothing else", () => {
  const printable = fc.string({ unit: fc.constantFrom(..."<>&\"'`= a/ö€😀-!") });
  fc.assert(
    fc.property(printable, (text) => {
      const made = html`${text}`.text;
      expect(made).not.toMatch(/[<>"']/);
      expect(read(made)).toBe(text);
    }),
  );
});

test("HTML made by a template stays HTML, lists follow one another, null is nothing", () => {
  expect(html`<p>${html`<b>${"a<b"}</b>`}${["x", 2]}${null}</p>`.text).toBe("<p><b>a&lt;b</b>x2</p>");
});

test("control characters and lone surrogates do not reach a page", () => {
  expect(html`${"a\u0000\u001b[31mb\ud800c"}`.text).toBe("a[31mb\ufffdc");
});

test("JSON inside a script ends no script, and is the same JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("</script>", "<!--", "\u2028"), (value, bait) => {
      const { text } = scriptJson({ value, bait });
      expect(text).not.toMatch(/[<>\u2028\u2029]/);
      expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify({ value, bait }));
    }),
  );
});

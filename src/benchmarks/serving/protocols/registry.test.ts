import { describe, expect, test } from "bun:test";
import { fakeContent } from "./content.fake.ts";
import { backends, chooseProtocol } from "./registry.ts";

const nameFor = (path: string, ...rest: [backend?: (typeof backends)[number], template?: string]) =>
  chooseProtocol(path, rest[0], { template: rest[1] }).name;

test.each([
  ["/", "openai-completions"],
  ["/v1", "openai-completions"],
  ["/v1/", "openai-completions"],
  ["/v1/completions", "openai-completions"],
  ["/v1/completions/", "openai-completions"],
  ["/openai/v1/completions", "openai-completions"],
  ["/v1/chat/completions", "openai-chat"],
  ["/v1/chat/completions/", "openai-chat"],
  ["/v1/generate", "template"],
  ["/generate", "template"],
  ["/v1/completions/x", "template"],
  ["/v2/models/ensemble/generate", "template"],
])("the path %s is served by %s", (path, name) => {
  expect(nameFor(path)).toBe(name);
});

test.each([...backends])("--backend %s wins over the path", (backend) => {
  expect(nameFor("/v1/chat/completions", backend)).toBe(backend);
  expect(nameFor("/whatever", backend)).toBe(backend);
});

test("a body template wins over both", () => {
  expect(nameFor("/v1/completions", "openai-chat", '{"p":"{prompt}"}')).toBe("template");
});

describe("a path of its own without a template", () => {
  test("gets the default one", () => {
    const protocol = chooseProtocol("/v1/generate", undefined, {});
    expect(JSON.parse(protocol.body(fakeContent()))).toEqual({
      model: "m",
      prompt: "Hello",
      max_tokens: 16,
      stream: true,
    });
    expect(protocol.streams).toBe(true);
  });
});

test("the names of the wire formats are those of the flag", () => {
  for (const backend of backends) expect(nameFor("/", backend)).toBe(backend);
});

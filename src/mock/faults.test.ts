import { afterEach, describe, expect, test } from "bun:test";
import { parseFault } from "./faults/parse.ts";
import { type MockServer, startMock } from "./server.ts";
import { CHAT, COMPLETIONS, chatBody, promptBody, stream, textOf } from "./testing/client.ts";
import { eventData, exchangeRaw, parseAnswer, postBytes } from "./testing/raw-client.ts";
import { generatedText } from "./text/words.ts";
import type { TruthRecord } from "./truth/truth-record.ts";

let mock: MockServer;
let truths: TruthRecord[];

async function startWith(...faults: string[]): Promise<number> {
  truths = [];
  mock = await startMock({
    engine: { kind: "fixed", ttftMs: 10, itlMs: 4 },
    faults: faults.map(parseFault),
    onTruth: (truth) => truths.push(truth),
  });
  return mock.port;
}

afterEach(() => mock.stop());

/** The text that request 1 has in full. */
const whole = (tokens: number) => generatedText(1, 1, tokens);

describe("what the events hold", () => {
  test("chunk-tokens: several tokens in one event, at the instant of the last one", async () => {
    const { chunks, isDone } = await stream(await startWith("chunk-tokens:3@*"), COMPLETIONS, promptBody(8));
    const sizes = chunks.slice(0, -1).map(({ choices }) => choices?.[0]?.text?.trim().split(" ").length);
    expect(sizes).toEqual([3, 3, 2]);
    expect(textOf(chunks)).toBe(whole(8));
    expect(isDone).toBe(true);
    const { tokenUs } = truths[0]!;
    expect([tokenUs[0], tokenUs[3], tokenUs[6]]).toEqual([tokenUs[2]!, tokenUs[5]!, tokenUs[7]!]);
  });

  test("usage-only: usage without being asked", async () => {
    const { chunks } = await stream(await startWith("usage-only@*"), CHAT, chatBody(3));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 3 } });
  });

  test("reasoning: the first tokens are reasoning, in streams and in whole answers", async () => {
    const port = await startWith("reasoning:3@*");
    const { chunks } = await stream(port, CHAT, chatBody(5));
    const deltas = chunks.slice(1, -1).map(({ choices }) => choices?.[0]?.delta);
    expect(
      deltas
        .slice(0, 3)
        .map((delta) => delta?.reasoning_content)
        .join(""),
    ).toBe(whole(3));
    expect(deltas.flatMap((delta) => Object.keys(delta ?? {}))).toEqual([
      "reasoning_content",
      "reasoning_content",
      "reasoning_content",
      "content",
      "content",
    ]);
    const answer = parseAnswer((await exchangeRaw(port, postBytes(CHAT, chatBody(5)))).bytes);
    const { message } = JSON.parse(answer.body).choices[0];
    expect(message.reasoning_content + message.content).toBe(generatedText(1, 2, 5));
    expect(message.content).toBe(generatedText(1, 2, 5, 3));
    expect(textOf((await stream(port, COMPLETIONS, promptBody(5))).chunks)).toBe(generatedText(1, 3, 5));
  });

  test("tool-call: the tokens are pieces of a tool's arguments", async () => {
    const port = await startWith("tool-call@*");
    const { chunks } = await stream(port, CHAT, chatBody(4));
    const calls = chunks.flatMap(({ choices }) => choices?.[0]?.delta?.tool_calls ?? []);
    expect(calls[0]).toMatchObject({ id: "call-chatcmpl-mock-1", function: { name: "write_words" } });
    expect(JSON.parse(calls.map((call) => call.function.arguments).join(""))).toEqual({ words: whole(4) });
    expect(calls.length).toBe(5);
    expect(chunks.at(-1)?.choices?.[0]?.finish_reason).toBe("tool_calls");
    const answer = parseAnswer((await exchangeRaw(port, postBytes(CHAT, chatBody(4)))).bytes);
    const { message } = JSON.parse(answer.body).choices[0];
    expect(JSON.parse(message.tool_calls[0].function.arguments)).toEqual({ words: generatedText(1, 2, 4) });
  });

  test("reasoning and a tool call together, several tokens an event", async () => {
    const port = await startWith("reasoning:3@*", "tool-call@*", "chunk-tokens:2@*");
    const { chunks } = await stream(port, CHAT, chatBody(6));
    const deltas = chunks.map(({ choices }) => choices?.[0]?.delta);
    expect(deltas.map((delta) => delta?.reasoning_content ?? "").join("")).toBe(whole(3));
    const args = deltas.flatMap((delta) => delta?.tool_calls ?? []).map((call) => call.function.arguments);
    expect(JSON.parse(args.join(""))).toEqual({ words: generatedText(1, 1, 6, 3) });
  });

  test("empty-choices: an event with empty choices before each token's", async () => {
    const { chunks } = await stream(await startWith("empty-choices@*"), CHAT, chatBody(3));
    expect(chunks.map(({ choices }) => choices?.length)).toEqual([1, 0, 1, 0, 1, 0, 1, 1]);
    expect(textOf(chunks)).toBe(whole(3));
  });

  test("no-finish and no-done", async () => {
    const port = await startWith("no-finish@1", "no-done@2");
    const first = await stream(port, CHAT, chatBody(2));
    expect([first.chunks.length, first.isDone, first.isWhole]).toEqual([3, true, true]);
    const second = await stream(port, CHAT, chatBody(2));
    expect(second.chunks.at(-1)?.choices?.[0]?.finish_reason).toBe("length");
    expect([second.isDone, second.isWhole]).toEqual([false, true]);
  });

  test("empty: finishes without any token", async () => {
    const port = await startWith("empty@*");
    const { chunks, isDone } = await stream(
      port,
      CHAT,
      chatBody(5, { stream_options: { include_usage: true } }),
    );
    expect(textOf(chunks)).toBe("");
    expect(chunks.map(({ choices }) => choices?.[0]?.finish_reason)).toEqual([null, "stop", undefined]);
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(0);
    expect(isDone).toBe(true);
    expect(truths[0]).toMatchObject({ outputTokens: 0, finishReason: "stop", fault: "empty" });
    const answer = parseAnswer((await exchangeRaw(port, postBytes(COMPLETIONS, promptBody(5)))).bytes);
    expect(JSON.parse(answer.body).choices[0].text).toBe("");
  });

  test("crlf and comments: other ways to write the same events", async () => {
    const port = await startWith("crlf@1,3", "comments@2-3");
    const [crlf, comments, both] = [
      await stream(port, CHAT, chatBody(3)),
      await stream(port, CHAT, chatBody(3)),
      await stream(port, CHAT, chatBody(3)),
    ];
    expect(crlf.body.replaceAll("\r\n", "")).not.toContain("\n");
    expect(comments.body).not.toContain("\r");
    expect(comments.body.match(/^: still here$/gm)?.length).toBe(6);
    expect(both.body.match(/^: still here\r$/gm)?.length).toBe(6);
    for (const { chunks, isDone } of [crlf, comments, both])
      expect([chunks.length, isDone]).toEqual([5, true]);
  });
});

describe("when the bytes come", () => {
  test("role-early: the role chunk comes on arrival, or so long before the first token", async () => {
    const port = await startWith("role-early@1", "role-early:5@2");
    for (const earliestMs of [10, 5]) {
      const { pieces, chunks } = await stream(port, CHAT, chatBody(2));
      const { receivedAt, firstTokenAt } = truths.at(-1)!;
      const role = pieces.find(({ bytes }) => bytes.includes("assistant"))!;
      expect(role.bytes.includes('"content":" ')).toBe(false);
      expect(role.atMs).toBeLessThan(firstTokenAt!);
      expect(role.atMs - receivedAt).toBeGreaterThanOrEqual(10 - earliestMs);
      expect(chunks.length).toBe(4);
    }
  });

  test("two-events: two events leave in one write", async () => {
    const { chunks } = await stream(await startWith("two-events@*"), COMPLETIONS, promptBody(5));
    expect(chunks.length).toBe(6);
    const { tokenUs } = truths[0]!;
    expect([tokenUs[0], tokenUs[2]]).toEqual([tokenUs[1]!, tokenUs[3]!]);
    // One write for each pair and one for the last; fewer only where a busy machine made the mock late.
    expect(new Set(tokenUs).size).toBeLessThanOrEqual(3);
  });

  test("split-utf8: an event is cut inside a character, with a pause", async () => {
    const { pieces, chunks, isDone } = await stream(
      await startWith("split-utf8@*"),
      COMPLETIONS,
      promptBody(20),
    );
    const isCut = (bytes: Buffer) => (bytes.at(-1) ?? 0) >= 0xc0;
    expect(pieces.filter(({ bytes }) => isCut(bytes)).length).toBeGreaterThanOrEqual(3);
    expect(textOf(chunks)).toBe(whole(20));
    expect(isDone).toBe(true);
    expect(truths[0]!.tokenUs[1]! - truths[0]!.plannedTokenUs[1]!).toBeGreaterThanOrEqual(1000);
  });

  test("stall: no token for so long after so many", async () => {
    await stream(await startWith("stall:100:2@*"), COMPLETIONS, promptBody(4));
    expect(truths[0]!.plannedTokenUs).toEqual([10_000, 14_000, 118_000, 122_000]);
  });

  test("slow-headers: nothing at all before, then what is due; whole answers as well", async () => {
    const port = await startWith("slow-headers:60@*");
    const { pieces, chunks } = await stream(port, CHAT, chatBody(3));
    expect(pieces[0]!.atMs - truths[0]!.receivedAt).toBeGreaterThanOrEqual(60);
    expect(truths[0]!.tokenUs[0]!).toBeGreaterThanOrEqual(60_000);
    expect(chunks.length).toBe(5);
    const raw = await exchangeRaw(port, postBytes(CHAT, chatBody(3)));
    expect(raw.pieces[0]!.atMs - truths[1]!.receivedAt).toBeGreaterThanOrEqual(60);
  });
});

describe("answers that break off", () => {
  test("error-event: an error after some tokens, and an orderly end", async () => {
    const port = await startWith("error-event:2@*");
    const { chunks, isDone, isWhole } = await stream(port, COMPLETIONS, promptBody(5));
    expect(textOf(chunks)).toBe(whole(2));
    expect(chunks.at(-1)?.error?.message).toContain("asked to fail");
    expect([isDone, isWhole]).toEqual([true, true]);
    expect(truths[0]).toMatchObject({ outputTokens: 2, finishReason: null, status: 200, aborted: false });
    expect(parseAnswer((await exchangeRaw(port, postBytes(CHAT, chatBody(3)))).bytes).status).toBe(500);
  });

  test("reset: a TCP RST before any byte, or after some tokens", async () => {
    const port = await startWith("reset@1", "reset:3@2", "reset:1@3");
    const early = await exchangeRaw(port, postBytes(COMPLETIONS, promptBody(5, { stream: true })));
    expect([early.end, early.bytes.length]).toEqual(["reset", 0]);
    const late = await stream(port, COMPLETIONS, promptBody(5));
    expect([late.end, late.isWhole]).toEqual(["reset", false]);
    expect(textOf(late.chunks).length).toBeGreaterThan(0);
    const plain = await exchangeRaw(port, postBytes(COMPLETIONS, promptBody(5)));
    expect([plain.end, plain.bytes.length]).toEqual(["reset", 0]);
    expect(truths.map(({ outputTokens }) => outputTokens)).toEqual([0, 3, 1]);
    expect(truths.map(({ status }) => status)).toEqual([null, 200, null]);
    expect(truths.some(({ aborted }) => aborted)).toBe(false);
  });

  test("a reset is one for fetch, too", async () => {
    await startWith("reset:2@*");
    const body = JSON.stringify(promptBody(5, { stream: true }));
    const error = await fetch(mock.url + COMPLETIONS, { method: "POST", body })
      .then((response) => response.text())
      .catch((e: unknown) => e);
    expect((error as { code?: string }).code).toBe("ECONNRESET");
  });

  test("truncate: FIN in the middle of an event", async () => {
    const port = await startWith("truncate:2@*");
    const answer = await stream(port, COMPLETIONS, promptBody(5));
    expect([answer.end, answer.isWhole, answer.isDone]).toEqual(["fin", false, false]);
    expect(textOf(answer.chunks)).toBe(whole(2));
    expect(eventData(answer.body).length).toBe(3);
    const plain = await exchangeRaw(port, postBytes(COMPLETIONS, promptBody(5)));
    expect([plain.end, parseAnswer(plain.bytes).isWhole]).toEqual(["fin", false]);
  });

  test("a break beyond the last token comes instead of the finish", async () => {
    const { chunks, isWhole } = await stream(await startWith("truncate:9@*"), COMPLETIONS, promptBody(2));
    expect(textOf(chunks)).toBe(whole(2));
    expect([chunks.at(-1)?.choices?.[0]?.finish_reason, isWhole]).toEqual([null, false]);
  });
});

describe("no answer, or another one", () => {
  test("http statuses, with Retry-After at 429", async () => {
    const port = await startWith("http-400@1", "http-429:7@2", "http-500@3", "http-503@4");
    const seen: [number, string | undefined][] = [];
    for (let i = 0; i < 4; i++) {
      const answer = parseAnswer((await exchangeRaw(port, postBytes(CHAT, chatBody(2)))).bytes);
      seen.push([answer.status, answer.headers.get("retry-after")]);
      expect(JSON.parse(answer.body).error.code).toBe(answer.status);
    }
    expect(seen).toEqual([
      [400, undefined],
      [429, "7"],
      [500, undefined],
      [503, undefined],
    ]);
    expect(truths.map(({ fault }) => fault)).toEqual(["http-400", "http-429:7", "http-500", "http-503"]);
    expect((await stream(port, CHAT, chatBody(1))).isDone).toBe(true);
  });

  test("hang: no byte, until the client gives up", async () => {
    const port = await startWith("hang@*");
    const raw = await exchangeRaw(port, postBytes(CHAT, chatBody(2)), 80);
    expect([raw.end, raw.bytes.length]).toEqual(["open", 0]);
    await mock.stop();
    expect(truths).toMatchObject([{ aborted: true, status: null, fault: "hang" }]);
  });

  test("garbage: bytes that are no HTTP", async () => {
    const raw = await exchangeRaw(await startWith("garbage@*"), postBytes(CHAT, chatBody(2)));
    expect(raw.bytes.toString()).not.toStartWith("HTTP/1.1");
    expect(raw.bytes.length).toBeGreaterThan(10);
    expect(raw.end).toBe("fin");
  });
});

import { describe, expect, test } from "bun:test";
import { fakePlan } from "./plan.fake.ts";
import { bodyOf, planHash } from "./plan.ts";
import { openaiCompletions } from "./protocols/openai-completions.ts";
import { fakeSessions } from "./workload/conversation.fake.ts";
import { withNonce } from "./workload/nonce.ts";
import type { PromptSource } from "./workload/prompt.ts";
import { syntheticPrompts } from "./workload/synthetic.ts";
import { words } from "./workload/words.ts";

const vocabulary = { words, tokensPerWord: 1 };
const prompts = (seed: number, max = 20) =>
  syntheticPrompts({
    seed,
    promptTokens: { kind: "uniform", min: 1, max },
    outputTokens: { kind: "uniform", min: 1, max: 100 },
    vocabulary,
  });

const open = (ratePerS: number) =>
  ({ kind: "open", arrival: { kind: "poisson", ratePerS }, concurrency: null }) as const;
const closed = { kind: "closed", concurrency: 4 } as const;
const requests = (n: number) => ({ requests: n, durationMs: null });

const trafficSplit = { models: ["a", "b"], weights: [0.7, 0.3] };

describe("a plan of several models", () => {
  const asked = (plan: ReturnType<typeof fakePlan>, n = 50) =>
    Array.from({ length: n }, (_, i) => plan.prompts.at(i).model);

  test("says which one each request asks, by its seed, and nothing else changes", () => {
    const given = { prompts: prompts(5), seed: 5 };
    const [one, several] = [fakePlan(given), fakePlan({ ...given, trafficSplit })];
    expect(several.offsetsMs).toEqual(one.offsetsMs);
    for (let i = 0; i < 50; i++) {
      const { model, ...prompt } = several.prompts.at(i);
      expect(prompt).toEqual(one.prompts.at(i));
      expect(JSON.parse(bodyOf(several, openaiCompletions, several.prompts.at(i))).model).toBe(model);
    }
    expect(new Set(asked(several))).toEqual(new Set(["a", "b"]));
    const other = fakePlan({ ...given, seed: 6, trafficSplit });
    expect(asked(other)).not.toEqual(asked(several));
    expect(other.prompts.at(7).text).toBe(several.prompts.at(7).text);
  });

  test("warms them up in turn", () => {
    const { warmupPrompts } = fakePlan({ trafficSplit, warmupRequests: 3 });
    expect([0, 1, 2].map((i) => warmupPrompts.at(i).model)).toEqual(["a", "b", "a"]);
  });

  test("has a hash of its shares and its draw; one model has the hash that it always had", () => {
    const base = fakePlan({ prompts: prompts(5) });
    expect(planHash(base)).toBe("37ce40b2f7281e4b0d2200b24cfdf923f0cfa2f445a6a918ab38f0315b3a5d1f");
    const hashes = [
      base,
      fakePlan({ prompts: prompts(5), trafficSplit }),
      fakePlan({ prompts: prompts(5), trafficSplit: { ...trafficSplit, weights: [0.6, 0.4] } }),
      fakePlan({ prompts: prompts(5), trafficSplit: { ...trafficSplit, models: ["b", "a"] } }),
      fakePlan({ prompts: prompts(5), trafficSplit, seed: 2, arrivalSeed: 1 }),
    ].map(planHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe("makePlan", () => {
  test("an open loop has its send times, from the plan's own seed", () => {
    const [a, b, other] = [fakePlan({ seed: 5 }), fakePlan({ seed: 5 }), fakePlan({ seed: 6 })];
    expect(a.offsetsMs).toHaveLength(10);
    expect(a.offsetsMs).toEqual(b.offsetsMs);
    expect(a.offsetsMs).not.toEqual(other.offsetsMs);
  });

  test("a seed of their own changes send times alone", () => {
    const [own, other] = [fakePlan({ seed: 5, arrivalSeed: 6 }), fakePlan({ seed: 6 })];
    expect(own.offsetsMs).toEqual(other.offsetsMs);
    expect(own.offsetsMs).not.toEqual(fakePlan({ seed: 5 }).offsetsMs);
    expect(own.seed).toBe(5);
  });

  test("send times depend on the seed and the load alone, not on prompts and settings", () => {
    const a = fakePlan({ prompts: prompts(1) });
    const b = fakePlan({ prompts: prompts(2), warmupRequests: 5, drainMs: 7 });
    expect(a.offsetsMs).toEqual(b.offsetsMs);
  });

  test("ends an open loop by number or by time", () => {
    expect(
      fakePlan({ load: open(50), stop: { requests: null, durationMs: 2000 } }).offsetsMs!.at(-1),
    ).toBeLessThan(2000);
    expect(fakePlan({ load: open(Number.POSITIVE_INFINITY), stop: requests(3) }).offsetsMs).toEqual(
      new Float64Array(3),
    );
  });

  test("a closed loop has none", () => {
    expect(fakePlan({ load: closed }).offsetsMs).toBeNull();
  });

  test("cannot be changed", () => {
    expect(Object.isFrozen(fakePlan())).toBe(true);
  });
});

describe("planHash", () => {
  const hash = (given: Parameters<typeof fakePlan>[0]) => planHash(fakePlan(given));

  test("is the same for the same plan: 64 hexadecimal digits", () => {
    expect(hash({ prompts: prompts(1) })).toBe(hash({ prompts: prompts(1) }));
    expect(hash({})).toMatch(/^[0-9a-f]{64}$/);
  });

  test("differs where anything that is sent, or when, differs", () => {
    const hashes = [
      hash({ prompts: prompts(1) }),
      hash({ prompts: prompts(2) }),
      hash({ prompts: prompts(1, 21) }),
      hash({ prompts: withNonce(prompts(1), 1, vocabulary) }),
      hash({ prompts: withNonce(prompts(1), 2, vocabulary) }),
      hash({ prompts: prompts(1), seed: 2 }),
      hash({ prompts: prompts(1), load: open(101) }),
      hash({ prompts: prompts(1), stop: requests(11) }),
      hash({ prompts: prompts(1), load: closed }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test("differs where any turn of a conversation or its think time differs, beyond the first turn too", () => {
    const ofSessions = (turns: number[], ms: number, changed = "") => {
      const sessions = fakeSessions(turns, { kind: "constant", ms });
      const at = (i: number) => {
        const session = sessions.at(i);
        const last = { ...session.turns.at(-1)! };
        last.messages = last.messages.map((m) => ({ ...m, content: m.content + changed }));
        return { ...session, turns: [...session.turns.slice(0, -1), last] };
      };
      return hash({ sessions: { ...sessions, at }, load: closed, stop: requests(3) });
    };
    const hashes = [
      ofSessions([3], 0),
      ofSessions([4], 0),
      ofSessions([3], 1),
      ofSessions([3], 0, "!"),
      hash({ load: closed, stop: requests(3) }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(ofSessions([3], 0)).toBe(hashes[0]!);
  });

  test("tells where one prompt ends and the next begins, and lengths from texts", () => {
    const listed = (...texts: [string, number][]): PromptSource => ({
      describe: {},
      at: (i) => ({ text: texts[i]![0], promptTokens: 1, maxTokens: texts[i]![1] }),
    });
    const of = (...texts: [string, number][]) =>
      hash({ prompts: listed(...texts), load: closed, stop: requests(texts.length) });
    expect(of(["ab", 1], ["c", 1])).not.toBe(of(["a", 1], ["bc", 1]));
    expect(of(["1", 1])).not.toBe(of(["", 11]));
  });
});

test("bodyOf writes a prompt with the plan's settings", () => {
  const plan = fakePlan({});
  expect(JSON.parse(bodyOf(plan, openaiCompletions, { text: "Hi", maxTokens: 5 }))).toMatchObject({
    model: "m",
    prompt: "Hi",
    max_tokens: 5,
    stream: true,
  });
});

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { hostname } from "node:os";
import { startRedis, type TestRedis } from "../../test/support/redis.ts";
import { startSlowLine } from "../../test/support/slow-line.ts";
import { rankEnvironment } from "./environment.ts";
import type { RankGroup } from "./group.ts";
import { joinRanks } from "./join.ts";

const TIMEOUT_MS = 20_000;
let redis: TestRedis;
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(() => redis.stop());

const never = new AbortController().signal;
function join(
  rank: number,
  ranks: number,
  { timeoutMs = TIMEOUT_MS, run = "test", signal = never, port = redis.port } = {},
) {
  const env = { RANK: String(rank), WORLD_SIZE: String(ranks), MASTER_ADDR: "127.0.0.1" };
  return joinRanks(rankEnvironment({ ...env, MASTER_PORT: String(port) }), { run, timeoutMs, signal });
}
const joinAll = (ranks: number, options = {}) =>
  Promise.all(Array.from({ length: ranks }, (_, rank) => join(rank, ranks, options)));
const closeAll = (groups: readonly RankGroup[]) => Promise.all(groups.map((group) => group.close()));

test.each([2, 4])("%i ranks meet, wait for one another, and hand over their bytes", async (ranks) => {
  const groups = await joinAll(ranks);
  const left: number[] = [];
  const early = groups.slice(1).map(async (group) => {
    await group.barrier("start", "same");
    left.push(group.rank);
  });
  await Bun.sleep(20);
  expect(left).toEqual([]);
  await groups[0]!.barrier("start", "same");
  await Promise.all(early);
  const large = (rank: number) => new Uint8Array(4 * 2 ** 20 + 1 + rank).fill(rank);
  const gathered = await Promise.all(groups.map((group) => group.gather(large(group.rank))));
  expect(gathered.slice(1).every((one) => one === null)).toBe(true);
  expect(gathered[0]!.map((bytes, rank) => Buffer.from(bytes!).equals(large(rank)))).toEqual(
    Array(ranks).fill(true),
  );
  expect(await Promise.all(groups.map((group) => group.conclude(group.rank === 0 ? "doubt" : null)))).toEqual(
    Array(ranks).fill("doubt"),
  );
  await closeAll(groups);
  expect(groups.some(({ lost }) => lost.aborted)).toBe(false);
});

test("what an earlier run left behind is taken for nobody", async () => {
  await closeAll(await joinAll(2));
  const alone = join(0, 2, { timeoutMs: 300 });
  expect(alone).rejects.toThrow("rank 1 did not come within 0.3 s");
  await alone.catch(() => {});
});

test.each([0, 1])("two processes that both have rank %i say so at once, both of them", async (rank) => {
  const options = { timeoutMs: TIMEOUT_MS };
  const outcomes = await Promise.allSettled([join(rank, 3, options), join(rank, 3, options)]);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({
      status: "rejected",
      reason: {
        code: "RANKS",
        message: expect.stringMatching(
          new RegExp(`rank ${rank} is there twice: process \\d+ .* process \\d+ on `),
        ),
      },
    });
  }
});

describe("a process whose rank another one has joined with", () => {
  const us = `process ${process.pid} on ${hostname()}`;
  const isTwice = (rank: number) => ({
    code: "RANKS",
    message: `rank ${rank} is there twice: ${us} has joined the run with this number, and this is ${us}`,
  });

  test.each([0, 1])("hears so at once, and the run goes on: rank %i", async (rank) => {
    const groups = await joinAll(2);
    const startedAt = performance.now();
    await expect(join(rank, 2)).rejects.toMatchObject(isTwice(rank));
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS / 2);
    await Promise.all(groups.map((group) => group.barrier("start")));
    expect(groups.some(({ lost }) => lost.aborted)).toBe(false);
    await closeAll(groups);
  });

  test("hears so while ranks are still missing", async () => {
    const leader = join(0, 3);
    const second = await join(1, 3);
    await expect(join(1, 3)).rejects.toMatchObject(isTwice(1));
    const groups = [...(await Promise.all([leader, join(2, 3)])), second];
    await closeAll(groups);
  });

  test("joins where that one is gone", async () => {
    await closeAll(await joinAll(2));
    await closeAll(await joinAll(2));
  });
});

test("a server with a password lets in who knows it, and says at once why it does not", async () => {
  redis.stop();
  redis = await startRedis("hunter-2-hunter");
  const env = { RANK: "0", WORLD_SIZE: "2" };
  const options = { run: "test", timeoutMs: TIMEOUT_MS, signal: never };
  const at = (login: string, rank: number) =>
    joinRanks(
      rankEnvironment({ ...env, RANK: `${rank}` }, `redis://${login}127.0.0.1:${redis.port}`),
      options,
    );
  await closeAll(await Promise.all([0, 1].map((rank) => at(":hunter-2-hunter@", rank))));
  const startedAt = performance.now();
  for (const login of ["", ":hunter-3-hunter@"]) {
    const error: Error = await at(login, 0).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.message).toMatch(/^the Redis server at 127\.0\.0\.1:\d+.*(NOAUTH|WRONGPASS)/);
    expect(error.message).not.toContain("hunter");
  }
  expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS);
});

test("ranks that do not come are named, in rank 0 and in the others", async () => {
  const [leader, other] = await Promise.allSettled([
    join(0, 4, { timeoutMs: 500 }),
    join(2, 4, { timeoutMs: TIMEOUT_MS }),
  ]);
  expect((leader as PromiseRejectedResult).reason.message).toBe("ranks 1 and 3 did not come within 0.5 s");
  const group = (other as PromiseFulfilledResult<RankGroup>).value;
  const barrier = group.barrier("start");
  expect(barrier).rejects.toThrow("rank 0 is lost: ranks 1 and 3 did not come");
  await barrier.catch(() => {});
  await group.close();
});

test("without rank 0 the others say so, and without a server all", async () => {
  const late = join(1, 2, { timeoutMs: 200 });
  expect(late).rejects.toThrow("rank 0 did not come within 0.2 s");
  await late.catch(() => {});
  redis.stop();
  const none = join(0, 2, { timeoutMs: 100 });
  expect(none).rejects.toThrow(
    /the Redis server at 127.0.0.1:\d+ \(--redis-url, else MASTER_ADDR and MASTER_PORT\)/,
  );
  await none.catch(() => {});
});

test("a rank that fails tells the others, and hands over what it has", async () => {
  const [leader, failing] = (await joinAll(2)) as [RankGroup, RankGroup];
  await failing.fail("disk on fire");
  const barrier = leader.barrier("start");
  expect(barrier).rejects.toThrow("rank 1 is lost: disk on fire");
  await barrier.catch(() => {});
  const gathering = leader.gather(new Uint8Array([1]));
  await failing.gather(new Uint8Array([2]));
  expect((await gathering)!.map((bytes) => [...bytes!])).toEqual([[1], [2]]);
  await closeAll([leader, failing]);
});

test("a rank that leaves without a word hands over nothing, and the rest is kept", async () => {
  const [leader, second, third] = (await joinAll(3)) as [RankGroup, RankGroup, RankGroup];
  await second.close();
  const gathering = leader.gather(new Uint8Array([1]));
  await third.gather(new Uint8Array([3]));
  expect((await gathering)!.map((bytes) => bytes && [...bytes])).toEqual([[1], null, [3]]);
  await closeAll([leader, third]);
});

test("other settings than rank 0's are an error", async () => {
  const groups = (await joinAll(2)) as [RankGroup, RankGroup];
  const [ours, theirs] = await Promise.allSettled(
    groups.map((group) => group.barrier("settings", `seed ${group.rank}`)),
  );
  expect(ours!.status).toBe("fulfilled");
  expect((theirs as PromiseRejectedResult).reason.message).toBe(
    "rank 1 has not the settings of rank 0: seed 1 in place of seed 0",
  );
  await closeAll(groups);
});

test("Redis that goes away in the middle is a loss", async () => {
  const groups = await joinAll(2, { timeoutMs: 400 });
  const lost = Promise.all(
    groups.map(({ lost }) => new Promise((resolve) => lost.addEventListener("abort", resolve))),
  );
  redis.stop();
  await lost;
  expect(String(groups[1]!.lost.reason)).toContain("Redis server");
  await closeAll(groups);
});

describe("a server that stops answering", () => {
  const isRedis = expect.objectContaining({ code: "RANKS", message: expect.stringContaining("no answer") });
  const settled = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error) => error,
    );

  test("is a loss within the time-out, wherever a rank waits for it", async () => {
    const groups = (await joinAll(2, { timeoutMs: 400 })) as [RankGroup, RankGroup];
    const [leader, other] = groups;
    const lost = new Promise((resolve) => leader.lost.addEventListener("abort", resolve));
    redis.freeze();
    const waiting = [leader.barrier("start"), leader.gather(new Uint8Array(1)), other.conclude(null)];
    expect(await Promise.all(waiting.map(settled))).toEqual([isRedis, isRedis, isRedis]);
    await lost;
    expect(leader.lost.reason).toEqual(isRedis);
    await leader.fail("over");
    await closeAll(groups);
  });

  test("does not keep a rank from hearing that it is interrupted", async () => {
    const user = new AbortController();
    const groups = await joinAll(2, { signal: user.signal });
    redis.freeze();
    const barriers = groups.map((group) => settled(group.barrier("start")));
    user.abort();
    for (const error of await Promise.all(barriers)) expect(error).toMatchObject({ code: "INTERRUPTED" });
    await closeAll(groups);
  });

  test("is an error before the ranks have met", async () => {
    const late = settled(join(1, 2, { timeoutMs: 300 }));
    redis.freeze();
    expect(await late).toMatchObject({ code: "RANKS" });
  });
});

test("after Ctrl-C a rank hands over all that it has, however long that takes", async () => {
  const user = new AbortController();
  const line = await startSlowLine(redis.port, 2 ** 20);
  const [leader, other] = (await Promise.all([
    join(0, 2),
    join(1, 2, { port: line.port, signal: user.signal }),
  ])) as [RankGroup, RankGroup];
  user.abort();
  const bytes = new Uint8Array(3.5 * 2 ** 20).fill(7);
  const [gathered] = await Promise.all([leader.gather(new Uint8Array(1)), other.gather(bytes)]);
  expect(Buffer.from(gathered![1]!).equals(bytes)).toBe(true);
  await closeAll([leader, other]);
  line.stop();
});

test("a server that forgets everything is a loss, and no barrier waits for who had come already", async () => {
  const groups = await joinAll(3);
  const early = groups.slice(1).map((group) => group.barrier("start"));
  await redis.empty();
  // Only then the last one, which would else open it for them.
  const settled = await Promise.allSettled(early);
  settled.push(...(await Promise.allSettled([groups[0]!.barrier("start")])));
  for (const { reason } of settled as PromiseRejectedResult[])
    expect(reason.message).toContain("lost what the ranks had written");
  await closeAll(groups);
});

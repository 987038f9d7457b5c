import { expect, test } from "bun:test";
import { needOf } from "./need.ts";

type Figures = Parameters<typeof needOf>[0];
const figures = {
  run: { engine: "pread", direct: true },
  steps: { done: 100 },
  windowS: 2,
  throughput: { samplesPerS: 10, bytesPerS: 1.1e9 },
  metrics: { stepLoadMs: { mean: 10 } },
  compute: { askedMeanMs: 10, au: 0.5, nullSourceAu: 0.99 },
  loader: { workers: 4, blockBytes: 262_144, readersAtWork: { mean: 3.9, max: 4 } },
  dataset: { samples: 10, bytes: 1e9 },
  reads: { processRatio: 1 },
  cache: { asked: "asis" },
  validity: { verdict: "fit", reasons: [] },
} as unknown as Figures;
const of = (more: Record<string, Record<string, unknown>>) =>
  needOf({
    ...figures,
    ...Object.fromEntries(
      Object.entries(more).map(([key, value]) => [
        key,
        { ...(figures[key as keyof Figures] as object), ...value },
      ]),
    ),
  } as Figures);

test("an accelerator that waits half its time needs twice the bandwidth", () => {
  expect(of({})).toEqual({
    neededBytesPerS: 2.2e9,
    getsBytesPerS: 1.1e9,
    starves: true,
    remedies: ["more-readers", "larger-reads"],
  });
});

test("what would help follows from the figures", () => {
  const remedies = (more: Parameters<typeof of>[0]) => of(more)!.remedies;
  expect(remedies({ loader: { readersAtWork: { mean: 2, max: 4 } } })).toEqual(["prefetch"]);
  expect(remedies({ loader: { readersAtWork: { mean: 3.2, max: 4 } } })).toEqual([]);
  expect(remedies({ loader: { blockBytes: null }, run: { engine: "mmap" } })).toEqual(["more-readers"]);
  expect(remedies({ run: { engine: "io_uring" } })).toEqual(["more-readers"]);
  expect(remedies({ dataset: { bytes: 1e6 } })).toEqual(["more-readers"]);
  expect(remedies({ run: { direct: false }, reads: { processRatio: 0.1 } })[0]).toBe("page-cache");
});

test("one that reaches what a source without cost does is fed; what cannot be told is not said", () => {
  const loaded = (mean: number) => ({ metrics: { stepLoadMs: { mean } } });
  expect(of(loaded(0.4))).toMatchObject({ starves: false, remedies: [] });
  expect(of({ ...loaded(2.5), compute: { nullSourceAu: 0.82 } })).toMatchObject({ starves: false });
  expect(of({ compute: { au: null } })).toBeNull();
  expect(of({ validity: { verdict: "unfit" } })).toBeNull();
});

test("compute that was emulated too long is no starving, and two ranks need what both do", () => {
  // Waits for 0.3 ms of each 10, and computes for 17 in place of 10.
  const late = { metrics: { stepLoadMs: { mean: 0.3 } }, compute: { au: 0.56 } };
  expect(of(late)).toMatchObject({ starves: false });
  // 2.2 GB in windows of 2 s, which together are longer than either: in 100 steps of 10 ms.
  expect(of({ compute: { au: 0.51 } })!.neededBytesPerS).toBeCloseTo(2.2e9, 0);
});

import { expect, test } from "bun:test";
import { needOf } from "./need.ts";

type Figures = Parameters<typeof needOf>[0];
const figures = {
  run: { engine: "pread", direct: true },
  throughput: { samplesPerS: 10, bytesPerS: 1.1e9 },
  compute: { au: 0.5, nullSourceAu: 0.99 },
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
      Object.entries(more).map(([key, value]) => [key, { ...figures[key as keyof Figures], ...value }]),
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
  expect(of({ compute: { au: 0.96, nullSourceAu: 0.99 } })).toMatchObject({ starves: false, remedies: [] });
  expect(of({ compute: { au: 0.8, nullSourceAu: 0.82 } })).toMatchObject({ starves: false });
  expect(of({ compute: { au: null } })).toBeNull();
  expect(of({ validity: { verdict: "unfit" } })).toBeNull();
});

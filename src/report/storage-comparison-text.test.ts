import { expect, test } from "bun:test";
import { fakeStoragePageRun } from "./html/storage/page-run.fake.ts";
import type { StoragePageRun } from "./html/storage/page-run.ts";
import { storageComparisonText } from "./storage-comparison-text.ts";

function page(name: string, samplesPerS: number, half: number, au: number | null): StoragePageRun {
  const made = fakeStoragePageRun({ name });
  const interval = { samplesPerS, low: samplesPerS - half, high: samplesPerS + half, bytesPerS: 1e9 };
  return {
    ...made,
    loading: { ...made.loading, throughput: { ...made.loading.throughput, ...interval } },
    summary: { ...made.summary!, compute: { ...made.summary!.compute, au } },
  };
}

test("runs stand beside one another, and what differs is beyond noise or within", () => {
  const text = storageComparisonText([
    page("baseline", 1000, 30, 0.5),
    page("more", 2000, 40, 0.9),
    page("again", 1010, 40, null),
  ]);
  expect(text.split("\n").slice(0, 9)).toEqual([
    "                       samples/s      bytes      AU  verdict",
    "baseline    1,000 [970 to 1,030]  1.00 GB/s  50.0 %    ✓ fit",
    "more      2,000 [1,960 to 2,040]  1.00 GB/s  90.0 %    ✓ fit",
    "again       1,010 [970 to 1,050]  1.00 GB/s       -    ✓ fit",
    "",
    "Differences from baseline",
    "more   samples/s  +1,000 [+950 to +1,050]  beyond noise",
    "           AU, %   +40.0 [+37.7 to +42.3]  beyond noise",
    "again  samples/s   +10.0 [−40.0 to +60.0]  within noise",
  ]);
  expect(text.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
});

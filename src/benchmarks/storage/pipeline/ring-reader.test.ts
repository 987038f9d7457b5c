import { afterAll, beforeAll, expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWhere } from "../../../../test/skip.ts";
import type { Clock } from "../../../core/clock.ts";
import { allocateTouched } from "../../../native/file-io.ts";
import { ioUringErrno } from "../../../native/io-uring.ts";
import { openDataset } from "../dataset/open-dataset.ts";
import { generate } from "../generate/generate.ts";
import { Control, SLOT } from "./control.ts";
import { Leave } from "./leave.ts";
import type { ReaderSetup } from "./messages.ts";
import { readThroughRing } from "./ring-reader.ts";
import { areaBytesFor } from "./sample-reader.ts";

const SAMPLES = 4;
const BYTES = 4096;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-ring-reader-"));
  const sampleBytes = { kind: "fixed", value: BYTES } as const;
  await generate(folder, {
    layout: "records",
    samples: SAMPLES,
    sampleBytes,
    samplesPerShard: SAMPLES,
    seed: 1,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

testWhere(ioUringErrno() === 0, "io_uring_setup is forbidden")(
  "microbatches that are in memory together end together: what is done with one is in no other's time",
  async () => {
    const dataset = await openDataset(folder, null);
    // One more may be begun than there is room for at a time: it ends the run.
    const slots = SAMPLES + 1;
    const control = Control.create(1, slots);
    const leave = { worker: 0, shares: [SAMPLES], count: slots, ahead: slots };
    control.ask(1);
    const areaBytes = areaBytesFor(BYTES, 1);
    const memory = allocateTouched(slots * areaBytes);
    const visits = new Uint32Array(new SharedArrayBuffer(4 * SAMPLES));
    const done = () => visits.reduce((total, times) => total + times, 0);
    // Its time is how many samples were counted, and compared, until now.
    const clock: Clock = {
      now() {
        if (done() === SAMPLES) control.stop();
        return done();
      },
      toUnixMs: (atMs) => atMs,
    };
    const source = {
      kind: "local",
      dataset,
      engine: "io_uring",
      direct: false,
      alignment: 1,
      blockBytes: BYTES,
      ioDepth: SAMPLES,
      verify: true,
    } as const;
    const setup: ReaderSetup = {
      role: "reader",
      worker: 0,
      control: control.shared,
      leave,
      slots,
      access: {
        samples: SAMPLES,
        order: { kind: "sequential" },
        sharding: "interleaved",
        seed: 0,
        microbatchSize: 1,
        rank: 0,
        ranks: 1,
        workers: 1,
      },
      source,
      memory: { address: memory.address, areaBytes },
      places: null,
      visits,
      network: null,
      firstCounted: 0,
    };
    readThroughRing(setup, source, control, new Leave(control, leave), clock, {
      depth() {},
      firstBytes() {},
    });
    memory.free();
    const ends = Array.from(
      { length: SAMPLES },
      (_, k) => control.figures[control.slotAt(0, k) + SLOT.readEndAt],
    );
    // Just written, they are in the page cache, which gives them all at once.
    expect(ends).toEqual([0, 0, 0, 0]);
  },
);

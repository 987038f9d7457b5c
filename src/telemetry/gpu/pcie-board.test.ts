import { expect, test } from "bun:test";
import { PcieBoard } from "./pcie-board.ts";

test("each reading is taken once, by its GPU", () => {
  const written = PcieBoard.forGpus(2);
  const taken = new PcieBoard(written.buffer);
  expect(taken.take(1)).toBeNull();
  written.put(1, { txKbPerS: 5, rxKbPerS: "unsupported" });
  expect(taken.take(0)).toBeNull();
  expect(taken.take(1)).toEqual({ txKbPerS: 5, rxKbPerS: Number.NaN });
  expect(taken.take(1)).toBeNull();
  written.put(1, { txKbPerS: 5, rxKbPerS: 6 });
  expect(taken.take(1)).toEqual({ txKbPerS: 5, rxKbPerS: 6 });
});

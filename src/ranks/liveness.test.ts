import { expect, test } from "bun:test";
import { Liveness, rankNames } from "./liveness.ts";

const alive = (beat: string) => ({ beat, failed: null, left: false });

test("a rank is lost when its beat stands still for longer than the time-out", () => {
  const liveness = new Liveness(1000, 500);
  expect(liveness.look(1, alive("1"), 0)).toBeNull();
  expect(liveness.look(1, alive("2"), 900)).toBeNull();
  expect(liveness.look(1, alive("2"), 1900)).toBeNull();
  expect(liveness.look(1, alive("2"), 1901)).toBe("not heard of for 1.0 s");
  expect(liveness.look(1, alive("3"), 5000)).toBeNull();
  expect(liveness.look(1, { ...alive("3"), left: true }, 9000)).toBeNull();
});

test("time in which this process was held up itself is nobody's silence", () => {
  const liveness = new Liveness(1000, 250);
  expect(liveness.look(1, alive("1"), 0)).toBeNull();
  expect(liveness.look(1, alive("1"), 60_000)).toBeNull();
  expect(liveness.look(1, alive("1"), 60_500)).toBeNull();
  expect(liveness.look(1, alive("1"), 60_501)).toBe("not heard of for 1.0 s");
});

test("one that failed says why", () => {
  expect(new Liveness(1000, 500).look(2, { beat: "1", failed: "disk full", left: true }, 0)).toBe(
    "disk full",
  );
});

test("ranks are named", () => {
  expect(rankNames([2])).toBe("rank 2");
  expect(rankNames([1, 3])).toBe("ranks 1 and 3");
  expect(rankNames([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toBe("ranks 0, 1, 2, 3, 4, 5, 6, 7 and 2 more");
});

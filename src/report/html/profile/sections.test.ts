import { expect, test } from "bun:test";
import { fakeProfile } from "../../../benchmarks/profile/profile.fake.ts";
import { profileSections } from "./sections.ts";

test("sections of several profiles have ids of their own, whatever they are called", () => {
  const names = ["a b", "a-b", "a_b", "a/b", "a  b", "a_20_b", "ä", "A b"];
  const ids = names.flatMap((name) => profileSections(fakeProfile({}), name).map(({ id }) => id));
  expect(new Set(ids).size).toBe(2 * names.length);
  for (const id of ids) expect(id).toMatch(/^[\w-]+$/);
});

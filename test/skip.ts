import { test } from "bun:test";

/**
 * `test` where what it needs is there; elsewhere a skipped test that says what is missing, in a line that scripts/test shows.
 * @param isAvailable whether the tests can run on this machine
 * @param why what is missing, e.g. `no NVIDIA GPU`
 * @example const gpuTest = testWhere(hasGpu, "no NVIDIA GPU"); gpuTest("reads power", () => …);
 */
export function testWhere(
  isAvailable: boolean,
  why: string,
): (name: string, body: () => void | Promise<void>) => void {
  return (name, body) => {
    if (isAvailable) {
      test(name, body);
      return;
    }
    console.log(`skipped: ${name}: ${why}`);
    test.skip(name, body);
  };
}

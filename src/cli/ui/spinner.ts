import { isLive } from "../output.ts";

/** Shows that something is being waited for, where there is a person to see it. */
export async function withSpinner<T>(text: string, work: Promise<T>): Promise<T> {
  if (!isLive()) return work;
  // It may fail while the spinner is still loaded, when nobody waits for it yet.
  work.catch(() => {});
  const { default: ora } = await import("ora");
  const spinner = ora({ text, stream: process.stderr, discardStdin: false }).start();
  try {
    return await work;
  } finally {
    spinner.stop();
  }
}

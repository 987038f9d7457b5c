import { join } from "node:path";

/*
 * Run while the program is bundled (a Bun macro), so that the page's own program lies in the executable as text. A macro must not call
 * Bun.build (it would wait for itself): the bundler is started as a process.
 */

/** The program of a page, for browsers. */
export function clientScript(): string {
  return bundled("client/main.ts", "--format=iife");
}

/** The style sheet of a page. */
export function clientStyle(): string {
  return bundled("client/page.css");
}

function bundled(entry: string, ...flags: readonly string[]): string {
  const program = [process.execPath, "build", join(import.meta.dir, entry), "--target=browser", "--minify"];
  const { success, stdout, stderr } = Bun.spawnSync([...program, ...flags]);
  if (!success) throw new Error(`${entry} cannot be bundled: ${stderr.toString()}`);
  const text = stdout.toString().trim();
  // Either would end the element that holds it, or begin a comment.
  if (/<\/(?:script|style)|<!--/i.test(text))
    throw new Error(`${entry} holds what no element of a page can hold`);
  return text;
}

/** The words that start this same program again: the executable alone, or Bun with the entry file. */
export function ownProgram(): readonly string[] {
  const isCompiled = Bun.main.startsWith("/$bunfs/");
  return isCompiled ? [process.execPath] : [process.execPath, Bun.main];
}

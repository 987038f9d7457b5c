import { afterAll, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolError } from "../core/errors.ts";
import { outputError } from "./output-error.ts";
import { openRunDirectory } from "./run-directory.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let runs = 0;
const fresh = () => join(folder, `run${runs++}`);
const names = ["summary.json", "requests.jsonl"];

function failureOf(action: () => unknown): ToolError {
  try {
    action();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("opening", () => {
  test("makes the directory and all files, folders included", () => {
    const run = openRunDirectory(join(fresh(), "a", "b"), {
      overwrite: false,
      names: [...names, "steps/0.csv"],
    });
    expect(readdirSync(run.directory).sort()).toEqual(["requests.jsonl", "steps", "summary.json"]);
    expect(run.path("steps/0.csv")).toBe(join(run.directory, "steps", "0.csv"));
  });

  test("refuses a directory that holds something", () => {
    const path = fresh();
    mkdirSync(path);
    writeFileSync(join(path, "thesis.tex"), "mine");
    const error = failureOf(() => openRunDirectory(path, { overwrite: false, names }));
    expect(error).toMatchObject({ code: "USAGE", exit: 2 });
    expect(error.message).toContain("thesis.tex");
    expect(error.hint).toContain("--overwrite");
    expect(readdirSync(path)).toEqual(["thesis.tex"]);
  });

  test("earlier files stay until the new run clears them, and nothing else is touched", () => {
    const path = fresh();
    mkdirSync(path);
    for (const name of ["summary.json", "mine.txt"]) writeFileSync(join(path, name), "earlier");
    const run = openRunDirectory(path, { overwrite: false, resumes: true, names });
    expect(readFileSync(run.path("summary.json"), "utf8")).toBe("earlier");
    run.clear();
    expect(readFileSync(run.path("summary.json"), "utf8")).toBe("");
    expect(readFileSync(join(path, "mine.txt"), "utf8")).toBe("earlier");
  });

  test("takes an empty directory, and the root of a fresh volume", () => {
    const path = fresh();
    mkdirSync(join(path, "lost+found"), { recursive: true });
    openRunDirectory(path, { overwrite: false, names });
    expect(existsSync(join(path, "summary.json"))).toBe(true);
  });

  test("with overwrite, replaces its own files and nothing else", () => {
    const path = fresh();
    mkdirSync(join(path, "old"), { recursive: true });
    for (const file of ["thesis.tex", "summary.json", ".summary.json.tmp", "old/summary.json"]) {
      writeFileSync(join(path, file), "before");
    }
    openRunDirectory(path, { overwrite: true, names });
    expect(readdirSync(path).sort()).toEqual(["old", "requests.jsonl", "summary.json", "thesis.tex"]);
    expect(readFileSync(join(path, "summary.json"), "utf8")).toBe("");
    expect(readFileSync(join(path, "thesis.tex"), "utf8")).toBe("before");
    expect(readFileSync(join(path, "old", "summary.json"), "utf8")).toBe("before");
  });

  test("to go on, keeps every file and adds those that are missing", () => {
    const { directory } = openRunDirectory(fresh(), { overwrite: false, names });
    writeFileSync(join(directory, "summary.json"), "{}");
    writeFileSync(join(directory, "mine.txt"), "mine");
    const again = openRunDirectory(directory, {
      overwrite: false,
      resumes: true,
      names: [...names, "new.csv"],
    });
    expect(readdirSync(directory).sort()).toEqual(["mine.txt", "new.csv", "requests.jsonl", "summary.json"]);
    expect(readFileSync(join(directory, "summary.json"), "utf8")).toBe("{}");
    again.writeAtomic("summary.json", "[]");
    expect(readFileSync(join(directory, "summary.json"), "utf8")).toBe("[]");
  });

  test("takes what a killed run left without content, its folders and temporary files too", () => {
    const path = fresh();
    mkdirSync(join(path, "steps"), { recursive: true });
    mkdirSync(join(path, "metadata"));
    for (const name of ["summary.json", "steps/0.csv", "steps/1.csv"]) writeFileSync(join(path, name), "");
    writeFileSync(join(path, ".requests.jsonl.tmp"), "half");
    const options = { overwrite: false, names: [...names, "steps/0.csv"], appearLate: true };
    const others = ["steps/1.csv", "metadata/1.yaml"];
    expect(failureOf(() => openRunDirectory(path, options)).message).toContain("it holds");
    openRunDirectory(path, { ...options, othersNames: others });
    expect(readdirSync(path).sort()).toEqual(["metadata", "steps"]);
    writeFileSync(join(path, "steps", "1.csv"), "0,1");
    const error = failureOf(() => openRunDirectory(path, { ...options, othersNames: others }));
    expect(error.message).toContain("it holds steps");
  });

  test("files that appear late are there when they are written, and one begun early when it is settled", () => {
    const run = openRunDirectory(fresh(), { overwrite: false, names, appearLate: true });
    expect(readdirSync(run.directory)).toEqual([]);
    writeFileSync(run.early("requests.jsonl"), "early");
    writeFileSync(run.path("summary.json"), "earlier run's");
    run.clear();
    expect(readdirSync(run.directory)).toEqual([".requests.jsonl.tmp"]);
    run.settle("requests.jsonl");
    run.settle("summary.json");
    expect(readFileSync(run.path("requests.jsonl"), "utf8")).toBe("early");
    run.early("summary.json");
    writeFileSync(run.early("requests.jsonl"), "never settled");
    run.removeEmpty();
    expect(readdirSync(run.directory)).toEqual(["requests.jsonl"]);
  });

  test("with overwrite, removes a link and not what it points to", () => {
    const path = fresh();
    mkdirSync(path);
    const target = join(folder, "target.json");
    writeFileSync(target, "theirs");
    symlinkSync(target, join(path, "summary.json"));
    openRunDirectory(path, { overwrite: true, names }).writeAtomic("summary.json", "ours");
    expect(readFileSync(target, "utf8")).toBe("theirs");
  });

  test("follows no folder out of the directory", () => {
    const path = fresh();
    const outside = fresh();
    mkdirSync(path);
    mkdirSync(outside);
    writeFileSync(join(outside, "0.csv"), "theirs");
    symlinkSync(outside, join(path, "steps"));
    const error = failureOf(() =>
      openRunDirectory(path, { overwrite: true, names: ["a.csv", "steps/0.csv"] }),
    );
    expect(error.exit).toBe(2);
    expect(readFileSync(join(outside, "0.csv"), "utf8")).toBe("theirs");
    expect(existsSync(join(path, "a.csv"))).toBe(false);
  });

  test("says what is wrong with a path, and leaves nothing half-made", () => {
    const file = join(folder, "file");
    writeFileSync(file, "x");
    expect(failureOf(() => openRunDirectory(join(file, "run"), { overwrite: false, names })).exit).toBe(2);
    expect(failureOf(() => openRunDirectory(file, { overwrite: true, names })).exit).toBe(2);
    const taken = fresh();
    mkdirSync(join(taken, "requests.jsonl"), { recursive: true });
    const error = failureOf(() => openRunDirectory(taken, { overwrite: true, names }));
    expect(error.message).toContain("requests.jsonl");
    expect(error.exit).toBe(2);
    expect(readdirSync(taken)).toEqual(["requests.jsonl"]);
  });

  test("a name outside the directory is a bug of the caller", () => {
    for (const name of ["../x", "/etc/x", ".", "a/../../x", "sub/"]) {
      expect(() => openRunDirectory(fresh(), { overwrite: false, names: [name] })).toThrow(
        "no file name inside",
      );
    }
    const run = openRunDirectory(fresh(), { overwrite: false, names });
    expect(() => run.path("other.json")).toThrow("declared");
    run.declare("other.json");
    run.writeAtomic("other.json", "{}");
    expect(readFileSync(run.path("other.json"), "utf8")).toBe("{}");
    expect(() => run.declare("../elsewhere.json")).toThrow("no file name inside");
  });
});

describe("writeAtomic", () => {
  test("replaces the whole file and leaves no temporary one", () => {
    const run = openRunDirectory(fresh(), { overwrite: false, names });
    run.writeAtomic("summary.json", "a longer first version");
    run.writeAtomic("summary.json", ["se", "cond"]);
    expect(readFileSync(run.path("summary.json"), "utf8")).toBe("second");
    expect(readdirSync(run.directory).sort()).toEqual(["requests.jsonl", "summary.json"]);
  });

  test("keeps the old file when the content fails half-way", () => {
    const run = openRunDirectory(fresh(), { overwrite: false, names });
    run.writeAtomic("summary.json", "first");
    function* broken() {
      yield "half";
      throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    }
    const error = failureOf(() => run.writeAtomic("summary.json", broken()));
    expect(error).toMatchObject({ code: "OUTPUT_NO_SPACE", exit: 4 });
    expect(error.message).toContain("summary.json");
    expect(error.hint).toContain("kept");
    expect(readFileSync(run.path("summary.json"), "utf8")).toBe("first");
    expect(readdirSync(run.directory).sort()).toEqual(["requests.jsonl", "summary.json"]);
  });
});

test("removeEmpty takes away only what was never filled", () => {
  const run = openRunDirectory(fresh(), { overwrite: false, names });
  run.writeAtomic("summary.json", "{}");
  run.removeEmpty();
  run.removeEmpty();
  expect(readdirSync(run.directory)).toEqual(["summary.json"]);
});

test("removeEmpty takes away folders that it made for files, unless something is in them", () => {
  const run = openRunDirectory(fresh(), { overwrite: false, names: ["a/0.csv", "b/0.csv"] });
  writeFileSync(run.path("b/0.csv"), "x");
  run.removeEmpty();
  run.removeEmpty();
  expect(readdirSync(run.directory)).toEqual(["b"]);
});

test("removeEmpty takes away the directory, and those above it, that were made for a run that left nothing", () => {
  const root = fresh();
  mkdirSync(root);
  const run = openRunDirectory(join(root, "results", "run"), { overwrite: false, names: ["a/0.csv"] });
  run.removeEmpty();
  run.removeEmpty();
  expect(readdirSync(root)).toEqual([]);
  const [one, other] = ["one", "other"].map((name) =>
    openRunDirectory(join(root, "results", name), { overwrite: false, names }),
  );
  writeFileSync(other!.path("summary.json"), "{}");
  one!.removeEmpty();
  other!.removeEmpty();
  expect(readdirSync(join(root, "results"))).toEqual(["other"]);
});

test("a directory that was there before stays, and one that was made for a run that cannot begin does not", () => {
  const there = fresh();
  mkdirSync(there);
  openRunDirectory(there, { overwrite: false, names }).removeEmpty();
  expect(readdirSync(there)).toEqual([]);
  const long = [...names, "x".repeat(300)];
  failureOf(() => openRunDirectory(join(there, "made"), { overwrite: false, names: long }));
  expect(readdirSync(there)).toEqual([]);
});

test("every system error has an exit code and a hint", () => {
  const exits = {
    EACCES: 4,
    EPERM: 4,
    EROFS: 4,
    ENOSPC: 4,
    EDQUOT: 4,
    EFBIG: 4,
    EIO: 4,
    ENOTDIR: 2,
    EISDIR: 2,
    ENAMETOOLONG: 2,
  };
  for (const [code, exit] of Object.entries(exits)) {
    const error = outputError(
      Object.assign(new Error(code), { code }),
      "cannot write x",
      "The rest is kept.",
    );
    expect(error.exit).toBe(exit as 2 | 4);
    expect(error.hint).toContain("The rest is kept.");
  }
});

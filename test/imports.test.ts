import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import packageJson from "../package.json";

const SRC = join(import.meta.dir, "..", "src");

/** The rooms from left to right; a room imports itself and rooms of earlier steps. */
const STEPS = [
  ["core"],
  ["native", "analysis"],
  ["telemetry", "ranks", "results"],
  ["benchmarks", "mock"],
  ["report"],
  ["workers"],
  ["cli"],
  ["main"],
];

/** Benchmarks do not import one another, but for these. */
const BETWEEN_BENCHMARKS = new Set(["profile → serving"]);

const LONGEST_FILE = 300;

interface Import {
  file: string;
  /** As written. */
  target: string;
}

const files = [...new Bun.Glob("**/*.ts").scanSync(SRC)].filter((file) => !file.endsWith(".test.ts")).sort();
const imports = files.flatMap((file) => importsOf(file, readFileSync(join(SRC, file), "utf8")));

function importsOf(file: string, source: string): Import[] {
  const patterns = [
    /^(?:import|export)\s[^;"']*?\bfrom\s+["']([^"']+)["']/gm,
    /^import\s+["']([^"']+)["']/gm,
    /\bimport\(\s*["']([^"']+)["']/g,
    /\bnew URL\(\s*["'](\.[^"']+)["']\s*,\s*import\.meta\.url/g,
  ];
  return patterns.flatMap((pattern) =>
    [...source.matchAll(pattern)].map((match) => ({ file, target: match[1]! })),
  );
}

const isRelative = ({ target }: Import) => target.startsWith(".");

/** The path below src that a relative import leads to; it begins with `..` when it leaves src. */
const resolved = ({ file, target }: Import) => normalize(join(dirname(file), target));

function roomOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.ts$/, "");
}

function stepOf(room: string): number {
  return STEPS.findIndex((step) => step.includes(room));
}

/** Why an import goes the wrong way, or null. */
function wrongWay(one: Import): string | null {
  const target = resolved(one);
  if (target.startsWith("..")) {
    const isData = target.startsWith("../fixtures/") || target === "../package.json";
    return isData ? null : `${one.file} imports ${target}, outside src`;
  }
  const [from, to] = [roomOf(one.file), roomOf(target)];
  if (from !== to)
    return stepOf(to) < stepOf(from) ? null : `${one.file} (${from}) imports ${target} (${to})`;
  if (from !== "benchmarks") return null;
  const [, ours = "", theirs = ""] =
    /^benchmarks\/([^/]+)\/.*\0benchmarks\/([^/]+)\//.exec(`${one.file}\0${target}`) ?? [];
  const isAllowed = ours === theirs || BETWEEN_BENCHMARKS.has(`${ours} → ${theirs}`);
  return isAllowed ? null : `${one.file} imports another benchmark, ${target}`;
}

describe("imports in src", () => {
  test("there are some", () => {
    expect(imports.length).toBeGreaterThan(50);
  });

  test("every room has its step", () => {
    expect([...new Set(files.map(roomOf))].filter((room) => stepOf(room) < 0)).toEqual([]);
  });

  test("go one way", () => {
    expect(
      imports
        .filter(isRelative)
        .map(wrongWay)
        .filter((problem) => problem !== null),
    ).toEqual([]);
  });

  test("name the file with its extension", () => {
    const bare = imports
      .filter(isRelative)
      .filter(({ target }) => !/\.[a-z0-9]+$/.test(target) || target.endsWith(".js"));
    expect(bare.map(({ file, target }) => `${file}: ${target}`)).toEqual([]);
  });

  test("of packages are of those that ship", () => {
    const shipped = Object.keys(packageJson.dependencies);
    const isKnown = (target: string) =>
      /^(?:node|bun):/.test(target) ||
      target === "bun" ||
      shipped.some((name) => target === name || target.startsWith(`${name}/`));
    const unknown = imports.filter((one) => !isRelative(one) && !isKnown(one.target));
    expect(unknown.map(({ file, target }) => `${file}: ${target}`)).toEqual([]);
  });

  test("are told apart by the rule itself", () => {
    const problem = (file: string, target: string) => wrongWay({ file, target });
    expect(problem("analysis/a.ts", "../core/b.ts")).toBeNull();
    expect(problem("analysis/a.ts", "./b.ts")).toBeNull();
    expect(problem("core/a.ts", "../analysis/b.ts")).not.toBeNull();
    expect(problem("results/a.ts", "../telemetry/gpu/b.ts")).not.toBeNull();
    expect(problem("benchmarks/profile/a.ts", "../serving/b.ts")).toBeNull();
    expect(problem("benchmarks/serving/a.ts", "../profile/b.ts")).not.toBeNull();
    expect(problem("benchmarks/storage/x/a.ts", "../../serving/b.ts")).not.toBeNull();
    expect(problem("report/a.ts", "../benchmarks/serving/b.ts")).toBeNull();
    expect(problem("benchmarks/serving/a.ts", "../../report/b.ts")).not.toBeNull();
    expect(problem("main.ts", "./cli/b.ts")).toBeNull();
    expect(problem("cli/a.ts", "../main.ts")).not.toBeNull();
    expect(problem("core/a.ts", "../../test/skip.ts")).not.toBeNull();
    const source =
      'import type { A } from "./a.ts";\nexport {\n  b,\n} from "./b.ts";\nconst c = () => import("./c.ts");\nimport "./d.ts";\n';
    expect(
      importsOf("x.ts", source)
        .map(({ target }) => target)
        .sort(),
    ).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts"]);
  });
});

test("files stay small", () => {
  const lineCount = (file: string) => readFileSync(join(SRC, file), "utf8").trimEnd().split("\n").length;
  expect(files.filter((file) => lineCount(file) > LONGEST_FILE)).toEqual([]);
});

test("workers are constructed in one file, where a compiled binary finds them", () => {
  const constructs = (file: string) => /\bnew Worker\(/.test(readFileSync(join(SRC, file), "utf8"));
  expect(files.filter((file) => file !== "workers.ts" && constructs(file))).toEqual([]);
});

/** Text that is no JSON, and where it stops being it; line and column from 1. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
  readonly line: number;
  readonly column: number;

  constructor(problem: string, text: string, offset: number) {
    const before = text.slice(0, offset).split("\n");
    const [line, column] = [before.length, before.at(-1)!.length + 1];
    super(`line ${line}, column ${column}: ${problem}`);
    this.line = line;
    this.column = column;
  }
}

/**
 * JSON, and what Python's json module writes besides: NaN, Infinity and -Infinity as numbers.
 * Source: https://docs.python.org/3/library/json.html#infinite-and-nan-number-values
 * @throws JsonSyntaxError
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Read again, slowly: for the words that JSON does not know, or to say where it is broken.
    return new Reader(text).whole();
  }
}

/** Deeper nesting is no result of a benchmark, and would overflow the stack. */
const DEEPEST = 500;

const WORDS = {
  true: true,
  false: false,
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
} as const;

const BLANK = /[ \t\n\r]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /-?[A-Za-z]+/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    // A byte order mark.
    this.#text = text.replace(/^\uFEFF/, "");
  }

  whole(): unknown {
    const value = this.#value(0);
    if (this.#next() !== "") throw this.#wrong("more text after the end");
    return value;
  }

  #value(depth: number): unknown {
    if (depth > DEEPEST) throw this.#wrong(`nested more than ${DEEPEST} deep`);
    switch (this.#next()) {
      case "":
        throw this.#wrong("the text ends in the middle of a value");
      case "{":
        return this.#object(depth + 1);
      case "[":
        return this.#array(depth + 1);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.#members("}", () => {
      if (this.#next() !== '"') throw this.#wrong("expected a key in double quotes");
      const key = this.#string();
      if (this.#next() !== ":") throw this.#wrong('expected ":"');
      this.#at++;
      entries.push([key, this.#value(depth)]);
    });
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.#members("]", () => items.push(this.#value(depth)));
    return items;
  }

  /** What stands between brackets, parted by commas. */
  #members(end: "}" | "]", one: () => void): void {
    this.#at++;
    if (this.#next() === end) {
      this.#at++;
      return;
    }
    for (;;) {
      one();
      const mark = this.#next();
      if (mark === "") throw this.#wrong(`the text ends before "${end}"`);
      if (mark !== end && mark !== ",") throw this.#wrong(`expected "," or "${end}"`);
      this.#at++;
      if (mark === end) return;
    }
  }

  #string(): string {
    const from = this.#at;
    try {
      return JSON.parse(this.#take(STRING) ?? "") as string;
    } catch {
      this.#at = from;
      throw this.#wrong("a string that does not end, or holds what none may");
    }
  }

  #scalar(): unknown {
    const from = this.#at;
    const number = this.#take(NUMBER);
    if (number !== null) return Number(number);
    const word = this.#take(WORD);
    if (word !== null && Object.hasOwn(WORDS, word)) return WORDS[word as keyof typeof WORDS];
    this.#at = from;
    throw this.#wrong("expected a value");
  }

  /** The next character that is no blank, without taking it; empty at the end. */
  #next(): string {
    this.#take(BLANK);
    return this.#text[this.#at] ?? "";
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  #wrong(problem: string): JsonSyntaxError {
    return new JsonSyntaxError(problem, this.#text, this.#at);
  }
}

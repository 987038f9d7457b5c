import { describe, expect, test } from "bun:test";
import { azureRows, burstGptRows, csvHeader } from "./trace-csv.ts";

const BURST = "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type";
const AZURE = "TIMESTAMP,ContextTokens,GeneratedTokens";
const burst = (text: string) => [...burstGptRows(text, "the.file")];
const azure = (text: string) => [...azureRows(text, "the.file")];

describe("BurstGPT", () => {
  test("seconds become ms; failures have no tokens", () => {
    expect(burst(`${BURST}\n5,ChatGPT,472,18,490,Conversation log\n1106,GPT-4,0,0,0,API log\n`)).toEqual([
      { atMs: 5000, promptTokens: 472, maxTokens: 18 },
      { atMs: 1_106_000, promptTokens: 0, maxTokens: 0 },
    ]);
  });

  test("columns are found by name, as in the release with sessions; lines of Windows, blank ones, no last line end", () => {
    const header =
      "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type";
    const text = `${header}\r\n19440110.5,1722ac82,43,GPT-4,906.0,446,1352,Conversation log\r\n\r\n19440161.0,"a,b",2,ChatGPT,36,29,65,API log`;
    expect(burst(text)).toEqual([
      { atMs: 19_440_110_500, promptTokens: 906, maxTokens: 446 },
      { atMs: 19_440_161_000, promptTokens: 36, maxTokens: 29 },
    ]);
  });

  test.each([
    ["Timestamp,Request tokens", 'the.file, line 1: no column "Response tokens"'],
    [`\n${AZURE}`, 'the.file, line 2: no column "Timestamp"'],
    [`${BURST}\n1,GPT-4,1,1,2,API log\n\nsoon,GPT-4,1,1,2,API log`, 'the.file, line 4: Timestamp is "soon"'],
    [`${BURST}\n1,GPT-4,-1,1,2,API log`, 'the.file, line 2: Request tokens is "-1"'],
    [`${BURST}\n1,GPT-4,1,1.5,2,API log`, 'the.file, line 2: Response tokens is "1.5"'],
    [`${BURST}\n1,GPT-4,1`, 'the.file, line 2: Response tokens is ""'],
    [`${BURST}\n1,GPT-4,1,9000000000,1,API log`, 'the.file, line 2: Response tokens is "9000000000"'],
    [`${BURST}\n1,GPT-4,1,1,2,x\n2,"GPT-4,1,1,2,API log\n`, "the.file, line 3: Quoted field unterminated"],
  ])("%j is refused by its line", (text, message) => {
    expect(() => burst(text)).toThrow(message);
  });

  test("lines keep their numbers over the slices that are parsed at a time", () => {
    const line = "5,ChatGPT,472,18,490,Conversation log\n";
    const lines = Math.ceil(2.5e6 / line.length);
    expect(burst(`${BURST}\n${line.repeat(lines)}`)).toHaveLength(lines);
    expect(() => burst(`${BURST}\n${line.repeat(lines)}x,ChatGPT,472,18,490,x\n`)).toThrow(
      `the.file, line ${lines + 2}: Timestamp is "x"`,
    );
  });

  test("lines after those that are asked for are not read", () => {
    const rows = burstGptRows(`${BURST}\n5,ChatGPT,472,18,490,x\nbroken\n`, "the.file");
    expect(rows.next().value).toMatchObject({ atMs: 5000 });
  });
});

describe("Azure", () => {
  const at = (time: string) => azure(`${AZURE}\n${time},4808,10\n`)[0]!;

  test("the lengths", () => {
    expect(at("2023-11-16 18:17:03.9799600")).toMatchObject({ promptTokens: 4808, maxTokens: 10 });
  });

  test.each([
    ["2023-11-16 18:17:03.9799600", 3979.96],
    ["2023-11-16 18:17:03", 3000],
    ["2023-11-16T18:17:03.5Z", 3500],
    ["2023-11-16 20:17:03.009930+02:00", 3009.93],
    ["2023-11-16 12:47:00-05:30", 0],
  ])("%s", (time, ms) => {
    expect(at(time).atMs - Date.UTC(2023, 10, 16, 18, 17)).toBeCloseTo(ms, 3);
  });

  test.each(["", "soon", "2023-11-16", "18:17:03", "2023-13-16 18:17:03", "2023-11-16 18:17:03 UTC", "5"])(
    "%j is no time of day",
    (time) => {
      expect(() => at(time)).toThrow(`the.file, line 2: TIMESTAMP is ${JSON.stringify(time)}`);
    },
  );

  test("further columns are not looked at", () => {
    const [row] = azure("TIMESTAMP,NumImages,ContextTokens,GeneratedTokens\n2024-10-15 00:00:00,3,700,80\n");
    expect(row).toMatchObject({ promptTokens: 700, maxTokens: 80 });
  });
});

test("a header's names are free of quotes and of blanks around them", () => {
  expect(csvHeader('"a", b c ,"d,e"\r\n')).toEqual(["a", "b c", "d,e"]);
});

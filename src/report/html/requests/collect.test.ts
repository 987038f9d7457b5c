import { expect, test } from "bun:test";
import { record } from "../../../benchmarks/serving/record.fake.ts";
import { cellText } from "../client/table/cells.ts";
import { filtered, orderBy, unpacked } from "../client/table/rows.ts";
import { RequestRows, requestTable } from "./collect.ts";

const records = [
  record({
    index: 1,
    intendedAt: 1010,
    sentAt: 1010.5,
    firstTokenAt: 1060.5,
    endAt: 1110.5,
    finishReason: "stop",
  }),
  record({
    index: 0,
    intendedAt: 1000,
    sentAt: 1000.25,
    firstTokenAt: 1030.25,
    endAt: 1300.25,
    finishReason: "length",
  }),
  record({
    index: 2,
    intendedAt: 1020,
    sentAt: null,
    firstTokenAt: null,
    endAt: 2000,
    failure: { class: "aborted", phase: "queue", message: "the run ended first" },
  }),
  record({ index: 0, stage: "warmup", intendedAt: 0 }),
];

/** The table as the page's own program has it. */
async function table() {
  const rows = new RequestRows();
  for (const one of records) rows.add(one);
  const { data } = requestTable([{ name: "r", rows }], 0);
  const columns = await unpacked(data);
  const text = (id: string) => {
    const column = columns.find((one) => one.id === id)!;
    return Array.from({ length: data.rows }, (_, row) => cellText(column, row));
  };
  return { data, columns, text };
}

test("what the page unpacks is what the records say, without the warm-up, as they were due", async () => {
  const { data, text } = await table();
  expect(data.rows).toBe(3);
  expect(text("index")).toEqual(["0", "1", "2"]);
  expect(text("due")).toEqual(["0.000", "0.010", "0.020"]);
  expect(text("lateness")).toEqual(["0.25", "0.50", "-"]);
  expect(text("ttft")).toEqual(["30.00", "50.00", "-"]);
  expect(text("ended")).toEqual(["300.00", "100.00", "-"]);
  expect(text("outcome")).toEqual(["ok", "ok", "aborted"]);
  expect(text("phase")).toEqual(["-", "-", "queue"]);
  expect(text("note")).toEqual(["length", "stop", "the run ended first"]);
});

test("the model stands in a column of its own where there are several", async () => {
  const rows = new RequestRows();
  for (const [index, model] of ["a", "b", "a"].entries()) rows.add(record({ index, model }));
  const [column] = (await unpacked(requestTable([{ name: "run", rows }], 0).data)).filter(
    ({ id }) => id === "model",
  );
  expect([0, 1, 2].map((row) => cellText(column!, row))).toEqual(["a", "b", "a"]);
});

test("several runs are one table, with a column that says whose each is, and times since each one's first", async () => {
  const runs = ["a", "b"].map((name, i) => {
    const rows = new RequestRows();
    // Each run has a clock and texts of its own.
    for (const one of records.slice(i)) {
      const [intendedAt, finishReason] = [one.intendedAt + 5000 * i, i === 0 ? one.finishReason : "stop"];
      rows.add({ ...one, intendedAt, finishReason });
    }
    return { name, rows };
  });
  const { data, sentence } = requestTable(runs, 0);
  const columns = await unpacked(data);
  const text = (id: string) =>
    Array.from({ length: data.rows }, (_, row) => cellText(columns.find((one) => one.id === id)!, row));
  expect(sentence).toBe("All 5 requests of the runs.");
  expect(text("run")).toEqual(["a", "a", "a", "b", "b"]);
  expect(text("index")).toEqual(["0", "1", "2", "0", "2"]);
  expect(text("due")).toEqual(["0.000", "0.010", "0.020", "0.000", "0.020"]);
  expect(text("note")).toEqual(["length", "stop", "the run ended first", "stop", "the run ended first"]);
});

test("columns that no request has a value for are left out", async () => {
  const { columns } = await table();
  expect(columns.map(({ id }) => id)).not.toContain("session");
  expect(columns.map(({ id }) => id)).not.toContain("model");
});

test("what is absent stands last in either order, ties as they were due", async () => {
  const { columns } = await table();
  const by = (id: string, isDown: boolean) => [...orderBy(columns.find((one) => one.id === id)!, isDown)];
  expect([by("ended", true), by("ended", false)]).toEqual([
    [0, 1, 2],
    [1, 0, 2],
  ]);
  expect([by("phase", true), by("phase", false), by("outcome", false)]).toEqual([
    [2, 0, 1],
    [2, 0, 1],
    [2, 0, 1],
  ]);
});

test("a filter is a class, any failure, a text, or a number", async () => {
  const { columns } = await table();
  const order = Uint32Array.of(2, 1, 0);
  const rows = (outcome: string, text: string) => [
    ...filtered(order, columns, { exact: new Map([["outcome", outcome]]), text }),
  ];
  expect(rows("", "")).toEqual([2, 1, 0]);
  expect(rows("ok", "")).toEqual([1, 0]);
  expect(rows("any failure", "")).toEqual([2]);
  expect(rows("", "RUN ended")).toEqual([2]);
  expect(rows("", "1")).toEqual([1]);
  expect(rows("ok", "ended first")).toEqual([]);
});

test("long texts are cut, and a server that writes another one each time does not fill the page", async () => {
  const rows = new RequestRows();
  for (let i = 0; i < 5000; i++)
    rows.add(
      record({
        index: i,
        intendedAt: i,
        failure: { class: "http-5xx", phase: "body", message: `${"x".repeat(300)}${i}` },
      }),
    );
  for (let i = 5000; i < 10_000; i++)
    rows.add(
      record({ index: i, intendedAt: i, failure: { class: "http-5xx", phase: "body", message: `id ${i}` } }),
    );
  const names = requestTable([{ name: "r", rows }], 0).data.columns.find(({ id }) => id === "note")!.names!;
  expect([names.length, names[0], names.at(-1)]).toEqual([
    3001,
    `${"x".repeat(200)}…`,
    "another text, see requests.jsonl",
  ]);
});

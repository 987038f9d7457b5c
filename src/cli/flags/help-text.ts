import { type Flag, type FlagTable, flagName } from "./flag.ts";
import { isSwitch } from "./parse.ts";

const WIDTH = 80;
const INDENT = 6;

/** The help of one command in 80 columns: usage, flags by group, examples. */
export function commandHelp(spec: {
  name: string;
  description: string;
  examples: readonly string[];
  flags: FlagTable;
  operand?: string;
}): string {
  const lines = [...wrap(`inferbench ${spec.name}: ${spec.description}`, 0), ""];
  const operand = spec.operand === undefined ? "" : ` ${spec.operand}`;
  lines.push(`Usage: inferbench ${spec.name}${operand} [flags]`);
  const groups = Map.groupBy(Object.entries(spec.flags), ([, flag]) => flag.group);
  for (const [group, entries] of groups) {
    lines.push("", `${group}:`);
    for (const [key, flag] of entries) lines.push(...flagLines(flagName(key), flag));
  }
  lines.push("", "Every flag can also be set as INFERBENCH_<FLAG> or in the --config file.");
  if (spec.examples.length > 0) {
    lines.push("", "Examples:", ...spec.examples.flatMap((e) => wrap(`inferbench ${e}`, 2, " \\", 4)));
  }
  return lines.join("\n");
}

function flagLines(name: string, flag: Flag): string[] {
  const { placeholder } = flag.kind;
  const gap = placeholder === "" || placeholder.startsWith("[") ? "" : " ";
  // What is on already is there to be turned off.
  const negated = isSwitch(flag) && flag.default === "true" ? `, --no-${name}` : "";
  const aliases = flag.aliases.map((alias) => `, --${alias}`).join("");
  const extras = [
    flag.repeatable ? "repeatable" : "",
    flag.default === undefined || flag.default === "false" ? "" : `default ${flag.default}`,
    flag.env.length > 0 ? `env ${flag.env.join(", ")}` : "",
  ].filter((part) => part !== "");
  const tail = extras.length > 0 ? ` (${extras.join("; ")})` : "";
  return [
    ...wrap(`--${name}${gap}${placeholder}${negated}${aliases}`, 2),
    ...wrap(flag.describe + tail, INDENT),
  ];
}

/** Breaks text at spaces to fit the width. `joint` ends each line that goes on. */
function wrap(text: string, indent: number, joint = "", hanging = indent): string[] {
  const lines: string[] = [];
  let line = "";
  let pad = " ".repeat(indent);
  for (const word of text.split(" ")) {
    if (line !== "" && pad.length + line.length + 1 + word.length + joint.length > WIDTH) {
      lines.push(pad + line + joint);
      pad = " ".repeat(hanging);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(pad + line);
  return lines;
}

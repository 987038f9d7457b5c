/** What `nvidia-smi -q -x` says of one GPU: path below `<gpu>`, such as `clocks/sm_clock`, → texts in order. */
export type SmiGpu = ReadonlyMap<string, readonly string[]>;

/** The GPUs in the order of the document, which is that of their numbers. */
export function parseSmiXml(xml: string): SmiGpu[] {
  const gpus: Map<string, string[]>[] = [];
  const path: string[] = [];
  for (const [, isEnd, name, isEmpty, text] of xml.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>|([^<]+)/g)) {
    if (text !== undefined) addText(gpus.at(-1), path, text.trim());
    else if (isEnd) path.pop();
    else if (!isEmpty) {
      path.push(name!);
      if (name === "gpu" && path.length === 2) gpus.push(new Map());
    }
  }
  return gpus;
}

/** `path` holds the document's root and `gpu` first. */
function addText(gpu: Map<string, string[]> | undefined, path: readonly string[], text: string): void {
  if (gpu === undefined || text === "" || path.length < 3 || path[1] !== "gpu") return;
  const key = path.slice(2).join("/");
  gpu.set(key, [...(gpu.get(key) ?? []), text]);
}

/** The first of several paths that this driver has, as text; null where it has none of them, or says that there is no value. */
export function textOf(gpu: SmiGpu, paths: readonly string[]): string | null {
  for (const path of paths) {
    const text = gpu.get(path)?.[0];
    if (text !== undefined) return /^(?:\[?N\/A\]?|\[?Not Supported\]?|Unknown.*)$/i.test(text) ? null : text;
  }
  return null;
}

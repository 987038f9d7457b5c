/**
 * The reference: reads the same streams with a bare `fetch` and only counts their bytes.
 * Arguments: URL, requests in flight, requests, tokens an answer.
 */
async function main(): Promise<void> {
  const [url, users, requests, tokens] = process.argv.slice(2);
  let left = Number(requests);
  let bytes = 0;
  const body = JSON.stringify({
    model: "mock-model",
    prompt: "one two three four",
    max_tokens: Number(tokens),
    stream: true,
    stream_options: { include_usage: true },
  });
  const user = async () => {
    while (left-- > 0) {
      const response = await fetch(url!, {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      const reader = response.body!.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        bytes += value.byteLength;
      }
    }
  };
  await Promise.all(Array.from({ length: Number(users) }, user));
  console.log(bytes);
}

main();

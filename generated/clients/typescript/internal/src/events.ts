/** The events of a `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html). */

/** One event of a stream. */
export interface ServerEvent {
  /** What the stream is resumed after. */
  readonly id: string;
  readonly data: string;
  /** Milliseconds that the server wants to be left alone before a new try; absent where it says nothing. */
  readonly retry?: number;
}

/** Yields the events of a stream's bytes; comments, by which a server shows that it is there, are left out. */
export async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void, undefined> {
  let id = "";
  let data: string[] = [];
  let retry: number | undefined;
  for await (const line of linesOf(stream)) {
    if (line === "") {
      if (data.length > 0) yield { id, data: data.join("\n"), ...(retry === undefined ? {} : { retry }) };
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "data") data.push(value);
    else if (name === "id" && !value.includes("\0")) id = value;
    else if (name === "retry" && /^[0-9]+$/.test(value)) retry = Number(value);
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // a carriage return at the end may be the first half of a line end
      const usable = !done && rest.endsWith("\r") ? rest.slice(0, -1) : rest;
      const lines = usable.split(/\r\n|\r|\n/);
      rest = (lines.pop() ?? "") + rest.slice(usable.length);
      yield* lines;
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

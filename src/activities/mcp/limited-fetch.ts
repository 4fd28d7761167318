/** Fetch for servers behind an address, with the same upper bound on one message as for child processes. */

const newline = 0x0a;

/** In a stream of events a message is a line; any other answer is one message. `tell` is called when one is too large. */
export function limitedFetch(most: number, tell: () => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    const events = response.headers.get('content-type')?.includes('text/event-stream') === true;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(bound(most, events, tell)), { status, statusText, headers });
  };
}

function bound(most: number, lines: boolean, tell: () => void): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > most) {
        tell();
        controller.error(new Error(`a message has more than ${most} bytes`));
        return;
      }
      const end = lines ? chunk.lastIndexOf(newline) : -1;
      if (end >= 0) bytes = chunk.length - end - 1;
      controller.enqueue(chunk);
    },
  });
}

// What the library in browser/ calls one end of a channel of messages: a worker, as its page sees it.
interface MessageEnd {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror?: ((event: unknown) => void) | null;
}

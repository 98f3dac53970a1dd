import type { Sink, Source } from "../files";

/** Feeds something that reads a stream with pieces that come one by one, and collects what it writes. */
export class Pieced<T> {
  #give: ((piece: Uint8Array | null) => void) | undefined;
  #taken: (() => void) | undefined;
  #out: Uint8Array[] = [];
  #over = false;
  readonly #done: Promise<T>;

  constructor(run: (src: Source, out: Sink) => Promise<T>) {
    this.#done = run(this.#source(), (piece) => void this.#out.push(piece.slice()));
    const over = () => {
      this.#over = true;
      this.#taken?.();
    };
    this.#done.then(over, over); // end() throws what it threw
  }

  async *#source(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = new Promise<Uint8Array | null>((give) => (this.#give = give));
      this.#taken?.();
      const piece = await next;
      if (piece === null) return;
      yield piece;
    }
  }

  /** Gives a piece, and what was written since. After a fault the rest is still taken: end says what was wrong. */
  async push(piece: Uint8Array): Promise<Uint8Array[]> {
    await this.#say(piece);
    return this.#written();
  }

  /** Nothing more comes: what was written since, and the result. Throws what the reader threw. */
  async end(): Promise<{ pieces: Uint8Array[]; result: T }> {
    await this.#say(null);
    const result = await this.#done;
    return { pieces: this.#written(), result };
  }

  async #say(piece: Uint8Array | null): Promise<void> {
    if (this.#give === undefined && !this.#over) await this.#pause(() => undefined); // it has not asked yet
    if (this.#over) return;
    const give = this.#give!;
    this.#give = undefined;
    await this.#pause(() => give(piece));
  }

  /** Waits until the reader wants more, or is done. */
  #pause(start: () => void): Promise<void> {
    return new Promise((go) => {
      this.#taken = () => {
        this.#taken = undefined;
        go();
      };
      start();
    });
  }

  #written(): Uint8Array[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

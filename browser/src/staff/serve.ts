import { Fault, type Kind } from "../fault";

// How a page and a worker that keeps secrets talk: one question, one answer, in order. What an operation asks and
// answers stands at the top of keeper.ts and ceremony.ts.

/** The operations of a worker: what each asks and answers. */
export type Operations<O> = { [K in keyof O]: { ask: object; answer: object } };

/** A page's question. id is the page's, to know the answer by. */
export interface Question {
  id: number;
  op: string;
  ask: object;
}

/** What a worker says: how far it is (0 to 1), the answer, a fault, or that it has locked itself. */
export type Said =
  | { id: number; done: number }
  | { id: number; answer: object }
  | { id: number; fault: { kind: Kind; what: string } }
  | { locked: true };

/** What a worker does for each operation. */
export type Handlers<O extends Operations<O>> = {
  [K in keyof O]: (ask: O[K]["ask"], progress: (done: number) => void) => O[K]["answer"] | Promise<O[K]["answer"]>;
};

/** Answers questions one after the other. around runs before and after each; what it throws is the answer. */
export function serve<O extends Operations<O>>(end: MessageEnd, handlers: Handlers<O>, around: (op: string, after: boolean) => void = () => undefined): void {
  const say = (said: Said) => end.postMessage(said);
  const known = new Map(Object.entries(handlers)) as Map<string, (ask: object, progress: (done: number) => void) => object | Promise<object>>;
  const answer = async ({ id, op, ask }: Question) => {
    try {
      around(op, false);
      const run = known.get(op);
      if (run === undefined) throw new Fault("order", "no such operation");
      const result = await run(ask, (done) => say({ id, done }));
      around(op, true);
      say({ id, answer: result });
    } catch (e) {
      // Whatever this library did not throw may have a secret in its text.
      say({ id, fault: e instanceof Fault ? { kind: e.kind, what: e.what } : { kind: "request", what: "question" } });
    }
  };
  let last = Promise.resolve();
  end.onmessage = ({ data }) => {
    last = last.then(() => answer(data as Question));
  };
}

/** The page's side of a worker. A worker that locked itself, or failed, is of no more use: end it and start another. */
export class Worked<O extends Operations<O>> {
  readonly #waiting = new Map<number, { answer(a: object): void; fault(e: Fault): void; progress(done: number): void }>();
  #last = 0;

  constructor(
    private readonly end: MessageEnd,
    private readonly onLocked: () => void = () => undefined,
  ) {
    end.onmessage = ({ data }) => this.#take(data as Said);
    end.onerror = () => this.ended("the worker failed");
  }

  /** The worker is gone: whoever still waits for an answer hears "locked". */
  ended(why = "the worker was ended"): void {
    for (const w of this.#waiting.values()) w.fault(new Fault("locked", why));
    this.#waiting.clear();
  }

  /** Asks, and gives the answer. Throws the fault that the worker threw. */
  ask<K extends keyof O & string>(op: K, ask: O[K]["ask"], progress: (done: number) => void = () => undefined): Promise<O[K]["answer"]> {
    const id = ++this.#last;
    return new Promise((answer, fault) => {
      this.#waiting.set(id, { answer: answer as (a: object) => void, fault, progress });
      this.end.postMessage({ id, op, ask } satisfies Question);
    });
  }

  #take(said: Said): void {
    if ("locked" in said) return this.onLocked();
    const w = this.#waiting.get(said.id);
    if (w === undefined) return;
    if ("done" in said) return w.progress(said.done);
    this.#waiting.delete(said.id);
    if ("answer" in said) w.answer(said.answer);
    else w.fault(new Fault(said.fault.kind, said.fault.what));
  }
}

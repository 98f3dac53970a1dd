// What the server tells a list that is open: acts of staff, a danger, and the full hour. It ends with the key, the session and
// the place, and never keeps a session alive of which nobody makes use.
import { address } from "./api";

export interface LiveEvents {
  /** Staff did something to a case. */
  case(number: string): void;
  danger(): void;
  /** On the hour, whether or not anything came. */
  hour(): void;
  /** The line is gone, for now: ask again, since nobody will tell. */
  ask(): void;
  /** Whether the line stands. */
  line(up: boolean): void;
}

/** How long somebody may do nothing until questions of the page's own would keep their session alive: as long as a key stays open. */
const idle = 600_000;
const minute = 60_000;

/** Listens to a unit until end. */
export class Live {
  #source: EventSource | null = null;
  #timer = 0;
  #turns = 0;
  #used = Date.now();
  #ended = false;
  readonly #touch = () => void (this.#used = Date.now());

  constructor(
    private readonly unit: string,
    private readonly to: LiveEvents,
  ) {
    for (const what of ["pointerdown", "keydown", "wheel", "touchstart"]) document.addEventListener(what, this.#touch, { passive: true });
    this.#listen();
  }

  /** Somebody is here: has touched something within ten minutes. */
  get used(): boolean {
    return Date.now() - this.#used < idle;
  }

  end(): void {
    this.#ended = true;
    this.#source?.close();
    clearInterval(this.#timer);
    for (const what of ["pointerdown", "keydown", "wheel", "touchstart"]) document.removeEventListener(what, this.#touch);
  }

  #listen(): void {
    const s = new EventSource(address(`work/${this.unit}/live`));
    this.#source = s;
    s.onopen = () => {
      clearInterval(this.#timer);
      this.#timer = 0;
      this.to.line(true);
    };
    s.onerror = () => {
      this.to.line(false);
      if (s.readyState === EventSource.CLOSED) this.#poll(); // else the browser tries again by itself
    };
    s.addEventListener("case", (e) => {
      const number = numberOf((e as MessageEvent).data);
      if (number !== "") this.to.case(number);
    });
    s.addEventListener("danger", () => this.to.danger());
    s.addEventListener("hour", () => this.to.hour());
  }

  /** The server refused the line: the page asks each minute, and tries the line again each fifth. */
  #poll(): void {
    if (this.#timer !== 0 || this.#ended) return;
    this.#timer = window.setInterval(() => {
      if (!this.used) return;
      this.#turns++;
      if (this.#turns % 5 === 0 && this.#source?.readyState === EventSource.CLOSED) this.#listen();
      else this.to.ask();
    }, minute);
  }
}

function numberOf(data: unknown): string {
  try {
    const { number } = JSON.parse(String(data)) as { number?: unknown };
    return typeof number === "string" ? number : "";
  } catch {
    return "";
  }
}

// What one text has that another has not, in words for people: the pieces of both in order, each kept, gone or new.

/** A piece of two texts that are held against each other: in both, in the first alone, or in the second alone. */
export interface Change {
  readonly is: "same" | "gone" | "new";
  readonly text: string;
}

/** How many changes are looked for before two texts count as different throughout. */
const MOST = 400;

/** Latin words and numbers as wholes, everything else by its characters. */
const unit = /[\p{Script=Latin}\p{M}'’]+|\p{N}+|\s+|[^]/gu;

/** The way from a to b with the fewest changed units (Myers 1986). Texts that differ in more than 400 units: all gone, all new. */
export function changes(a: string, b: string): Change[] {
  const x = a.match(unit) ?? [];
  const y = b.match(unit) ?? [];
  let head = 0;
  while (head < x.length && head < y.length && x[head] === y[head]) head++;
  let tail = 0;
  while (tail < x.length - head && tail < y.length - head && x[x.length - 1 - tail] === y[y.length - 1 - tail]) tail++;
  const out = new Joined();
  out.add("same", x.slice(0, head));
  const [u, v] = [x.slice(head, x.length - tail), y.slice(head, y.length - tail)];
  const trail = way(u, v);
  if (trail === null) {
    out.add("gone", u);
    out.add("new", v);
  } else replay(u, v, trail, out);
  out.add("same", x.slice(x.length - tail));
  return out.all;
}

/** Of each number of changes, how far each diagonal came; null when there are too many. */
function way(x: readonly string[], y: readonly string[]): Int32Array[] | null {
  const trail: Int32Array[] = [];
  const far = new Int32Array(2 * MOST + 3);
  const mid = MOST + 1;
  for (let d = 0; d <= Math.min(MOST, x.length + y.length); d++) {
    trail.push(far.slice());
    for (let k = -d; k <= d; k += 2) {
      let i = k === -d || (k !== d && far[mid + k - 1]! < far[mid + k + 1]!) ? far[mid + k + 1]! : far[mid + k - 1]! + 1;
      while (i < x.length && i - k < y.length && x[i] === y[i - k]) i++;
      far[mid + k] = i;
      if (i >= x.length && i - k >= y.length) return trail;
    }
  }
  return null;
}

function replay(x: readonly string[], y: readonly string[], trail: readonly Int32Array[], out: Joined): void {
  const steps: [Change["is"], string][] = [];
  const mid = MOST + 1;
  let [i, j] = [x.length, y.length];
  for (let d = trail.length - 1; d >= 0; d--) {
    const far = trail[d]!;
    const k = i - j;
    const before = k === -d || (k !== d && far[mid + k - 1]! < far[mid + k + 1]!) ? k + 1 : k - 1;
    const [pi, pj] = d === 0 ? [0, 0] : [far[mid + before]!, far[mid + before]! - before];
    while (i > pi && j > pj) {
      steps.push(["same", x[--i]!]);
      j--;
    }
    if (d === 0) break;
    if (i === pi) steps.push(["new", y[--j]!]);
    else steps.push(["gone", x[--i]!]);
  }
  for (const [is, text] of steps.reverse()) out.add(is, [text]);
}

class Joined {
  readonly all: { is: Change["is"]; text: string }[] = [];

  add(is: Change["is"], units: readonly string[]): void {
    if (units.length === 0) return;
    const last = this.all[this.all.length - 1];
    if (last?.is === is) last.text += units.join("");
    else this.all.push({ is, text: units.join("") });
  }
}

/** The changes with no more than around characters of what is the same on each side of them. */
export function shortened(all: readonly Change[], around = 24): Change[] {
  return all.map((c, i) => {
    if (c.is !== "same") return c;
    const chars = [...c.text];
    const [before, after] = [i === 0 ? 0 : around, i === all.length - 1 ? 0 : around];
    if (chars.length <= before + after + 8) return c;
    return { is: c.is, text: chars.slice(0, before).join("") + " … " + (after === 0 ? "" : chars.slice(-after).join("")) };
  });
}

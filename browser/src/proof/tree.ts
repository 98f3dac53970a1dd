import { concat, equal, sha256 } from "../bytes";

// Merkle trees as in RFC 6962. Sizes go up to 2^53−1, so there is no arithmetic on bits here.

const leafMark = new Uint8Array([0]);
const nodeMark = new Uint8Array([1]);

/** The hash of a leaf in the tree. */
export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(concat(leafMark, leaf));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(nodeMark, left, right));
}

/** The largest power of two below n, which is at least 2. */
function half(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Tells whether proof, the leaf's sibling first, shows leaf (its hash) at index in the tree of this size and root. */
export function included(proof: readonly Uint8Array[], size: number, root: Uint8Array, index: number, leaf: Uint8Array): boolean {
  const up = (p: readonly Uint8Array[], lo: number, hi: number): Uint8Array | null => {
    if (lo + 1 === hi) return p.length === 0 ? leaf : null;
    const last = p[p.length - 1];
    if (last === undefined) return null;
    const mid = lo + half(hi - lo);
    const left = index < mid;
    const below = up(p.slice(0, -1), left ? lo : mid, left ? mid : hi);
    return below && (left ? nodeHash(below, last) : nodeHash(last, below));
  };
  if (index < 0 || index >= size) return false;
  const top = up(proof, 0, size);
  return top !== null && equal(top, root);
}

/** Tells whether proof shows that the tree of newSize begins with that of oldSize; both sizes are at least 1. */
export function consistent(proof: readonly Uint8Array[], newSize: number, newRoot: Uint8Array, oldSize: number, oldRoot: Uint8Array): boolean {
  type Pair = { was: Uint8Array; is: Uint8Array };
  const up = (p: readonly Uint8Array[], lo: number, hi: number): Pair | null => {
    const last = p[p.length - 1];
    if (oldSize === hi) {
      if (lo === 0) return last === undefined ? { was: oldRoot, is: oldRoot } : null;
      return p.length === 1 ? { was: last!, is: last! } : null;
    }
    if (last === undefined) return null;
    const mid = lo + half(hi - lo);
    const left = oldSize <= mid;
    const below = up(p.slice(0, -1), left ? lo : mid, left ? mid : hi);
    if (below === null) return null;
    return left ? { was: below.was, is: nodeHash(below.is, last) } : { was: nodeHash(last, below.was), is: nodeHash(last, below.is) };
  };
  if (oldSize < 1 || oldSize > newSize) return false;
  const top = up(proof, 0, newSize);
  return top !== null && equal(top.was, oldRoot) && equal(top.is, newRoot);
}

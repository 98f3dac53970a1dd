import { utf8 } from "./bytes";
import { Fault } from "./fault";

/** The least padded sizes in bytes: most things of one kind then have one size. */
export const FLOOR_REPORT = 16384;
export const FLOOR_MESSAGE = 4096;
export const FLOOR_ATTACHMENT = 65536;

/**
 * The size to which n bytes are padded by the Padmé rule: at most 12 % more, and only O(log log n) bits of the true
 * size stay visible. n below 2 is unchanged; n is at most 2^50, which plain numbers count exactly.
 */
export function padme(n: number): number {
  if (n < 2) return n;
  let e = 0;
  while (2 ** (e + 1) <= n) e++;
  const s = 32 - Math.clz32(e);
  const step = 2 ** (e - s);
  return Math.ceil(n / step) * step;
}

/** padme with a least size. */
export function paddedLength(n: number, floor: number): number {
  return n <= floor ? floor : padme(n);
}

/** The sizes in bytes that the body of a submission can have, whatever it holds. */
export const SUBMISSION_SIZES: readonly number[] = [28672, 65536, 262144, 1153434];

/** The JSON of a submission, filled with spaces up to the first size that it fits. Throws "too_large". */
export function padSubmission(json: string): Uint8Array {
  const body = utf8(json);
  const size = SUBMISSION_SIZES.find((s) => s >= body.length);
  if (size === undefined) throw new Fault("too_large");
  const out = new Uint8Array(size).fill(0x20);
  out.set(body);
  return out;
}

import { fromUtf8 } from "../bytes";
import { Fault } from "../fault";

/** An answer of the server that has a head of JSON before its bytes. Throws "format" for what is none. */
export function framed(answer: Uint8Array): { head: unknown; rest: Uint8Array } {
  const size = answer.length < 4 ? -1 : new DataView(answer.buffer, answer.byteOffset, answer.length).getUint32(0);
  const text = size < 0 || 4 + size > answer.length ? null : fromUtf8(answer.subarray(4, 4 + size));
  try {
    return { head: JSON.parse(text ?? "") as unknown, rest: answer.subarray(4 + size) };
  } catch {
    throw new Fault("format", "answer");
  }
}

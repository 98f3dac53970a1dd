// The small grammars that several formats share (docs/spec/seal.md).

/** 1 to 63 of a-z, 0-9, dot and hyphen. */
export const isInstance = (s: string): boolean => /^[a-z0-9.-]{1,63}$/.test(s);

/** 1 to 40 of a-z, 0-9 and hyphen, not starting with a hyphen. */
export const isName = (s: string): boolean => /^[a-z0-9][a-z0-9-]{0,39}$/.test(s);

/** 128 bits as 26 characters of base32 in their only encoding: the last character carries three bits. */
export const isId = (s: string): boolean => /^[a-z2-7]{25}[aeimquy4]$/.test(s);

/** 32 bytes as lower-case hex. */
export const isHash = (s: string): boolean => /^[0-9a-f]{64}$/.test(s);

/** A day that exists, YYYY-MM-DD. */
export function isDay(s: string): boolean {
  const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(s);
  if (m === null) return false;
  const day = Number(m[3]);
  return day >= 1 && day <= daysIn(Number(m[1]), Number(m[2]));
}

/** 0 for a month that does not exist. */
function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/** 1 to 200 bytes of printable text, which has no marks of line or direction, without a space at either end. */
export function isOneLine(s: string, bytes: number): boolean {
  return bytes >= 1 && bytes <= 200 && /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(s) && s[0] !== " " && s[s.length - 1] !== " ";
}

/** A fresh id: 128 random bits as lower-case base32. */
export function idOf(bits: Uint8Array): string {
  const letters = "abcdefghijklmnopqrstuvwxyz234567";
  let out = "";
  let acc = 0;
  let have = 0;
  for (const b of bits) {
    acc = (acc << 8) | b;
    for (have += 8; have >= 5; have -= 5) out += letters[(acc >> (have - 5)) & 31];
    acc &= 31;
  }
  return have > 0 ? out + letters[(acc << (5 - have)) & 31] : out;
}

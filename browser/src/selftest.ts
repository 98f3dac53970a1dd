import { equal, fromBase64, hexHash, utf8 } from "./bytes";
import { parseDocument, signDocument } from "./documents";
import { verify } from "./ed25519";
import { Fault } from "./fault";
import { deriveMailbox, publicMailbox, requestMessage, signRequest } from "./mailbox";
import { open, parseRecipient, seal } from "./seal";

const instance = "example-instance-1";
// The code of docs/spec/seal.md's vectors, in digits of three scripts and widths.
const code = "\uff14\uff18\uff12\uff18-0935.5512 2046 7391 1164 \u0668\u0668\u0665\u0667 3300 9913 \u096c\u096a\u096d\u0967";

/** What the Go package seal gives for that code: hash of the public keys, hash of a signature, and a sealed file. */
const keysHash = "2e96b7fe4d9044b761dbfab4a2e0f1c4026e9536978b3baf00d17d1618cef76f";
const signatureHash = "ada9f63d1416c2fa79a06047c38b8902b50a1d696e4f74a850266e40d35bb2b7";
const sealedByGo =
  "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IG1sa2VtNzY4eDI1NTE5IGhwaktKUGhCWFhnL3RQRWtmdS9XMjhvUWl4K0ZCcndYVnZReGFBTkFQTD" +
  "JDVEFwZXFWL1E1NEI0WmoyM1haYi85aE1vaHdHYUpWZWwyKzBCMWVTclB1Z01wNlNTRTBwZ2VFaTNla2g2TkZJYzBjN3FXRDUzcHZtMkNscjJp" +
  "WlVuVUEvV3ZtWVZoQStrbkU3c3h1K1ZmRVVsT2xwUFE0cFA2VXVBWFFGaXUzWkpxVDhsUy81dFFzbWt2ZGpvS0hKTEc1ZWFZOEUwd0tYZlJFMW" +
  "RKK2NReHpLdWRpQ3VmSGhBMkw5RVNIU01ObFgvTVdMZ2MwN1MxVmZiTnllVDVKcndlT0pENnlTQkl4eUlhMWtJVHRCd3B2Wkp6bThXS3M1YStt" +
  "L0VvSk1RUmNWMGlsY28wdHEySVJ0Y3ZCMGI3ZDJzOW1nd3QyVGJSRnQ2S1AwdnAzbnBWUXp6bDN0bHlHOXhyUHdJNitBZmloV0wweFpldlBhZU" +
  "9wbHBGUWlJRXMvTEVYNTN3bFpCR3lyZVMyOGtud3FDZW9aZ3ZydmFKZ0hmdkw3ZXlrSTEzY0sxQmNlc0ZVSE5mM28rejM1bWtXd1NsSGtEMDNa" +
  "UkZOZnJMSU5Eb0swQWNqV3EwY3dWU2R1QmpUaDA4ZFVuaEJvMlFJdnRLeHlmY0RJVHNWUWlLOG1MRWRWWHdZTTdTOVFyOHozTmdKTDRadmFhVX" +
  "BwMVpuSllHRU9GYUc0Nm5NeWF3R0pjK01iRnZSSFlJeml1RTI1YmdYSTB5WlJQVE1rSDNFMVFkVU9id3ByY2hKVHA3YWwyVHpudXRVRmtVZGZs" +
  "T3RBcFhyV2x0L0daMnpVZ1VoZHFhMS95V1BLQVg5SVhsWmRJWlZ5OEJsRlQ5ZEY4TVFmZjRud08xbUpOeXVRVy82aEdFeHl4OGdxUXV1WVpFdX" +
  "g3Q3d6OUhDaDRVWUhmRUViWVZ4ZnFPMDdrYWFSNkRvMXhyV013WHlORmlOam1QVm82MVJpMkR4WXd5dGtWQ1UzYmxxOTlwUnNCbUdwQ2E0Z05u" +
  "THVNVitTR1JVekl6ZHZ4SCs1Vm9wbjVMUm9YeXlwbFE0VktRRXRPT0JtV2d1MUQ0Ym40dnNIbEVsUEZwSEwzN2xISkNJMGJlUlBNdGM5eCthKy" +
  "9tLzgvelVleDd4cTVCbHN3VVZ2ZnoyU1dycktzNnZDREtzdCtzcml4YzBNVVJpTll2bHNidXRRNENaV3RpaWhSRjg3bzl3eEZxZFY1L1YxZnRC" +
  "MkJ3dGJoTE51RmUyM1NlVWRid3dOUjBJWFovVUtjWUtpY2dsamtVU2FZK0pJRGNySlJVUjEwaFR0eGlYTzR4Tzk4Y1RQUmNmVWtFODAreWVPQ0" +
  "piYmIrY1ZxbTFFdWRxWVhRbXVYeW5TZUp6WWFMbUpPSVoyT1VQTFN6Y25kamNpckhxOHdHY0ZZUDlyeHpxOVM5TFExMTB6cGd1MU5zYXhjYUJ2" +
  "R0VaY2t1aHBocFFrUjRDK0NsZlNsaXAzakozN3EzUURGbTJwVXZLOElQZTErU2lUeVFTd3VUaHJ6bWdQV2ZSWVJaQy94WmZQajRJbkYwUWtvWj" +
  "VNS0ptNEM5Nm1tUEJtSUVYbTljM0w3M1Z3Z29mWXJTSXpYUDZjMDBheUc5algxMmNrREM4SlN2dFhZRGx4WGk3NTVHdlpFTmVEWlYxYm5BREhy" +
  "M1pZeVFyK1NCc3B1THBCWDQ1R3I1SXhxSGxqMWhJako5OENyY2FuZjF5QitDYi9qdHh1R3VBMEVLYnlDaHVBQTVpSTR4eU5ZNEU5b3M3T0V6Y3" +
  "l3anJsUjBpTTBpQzNHRVk2V3dhaW51OVFycGJ6U2tPUjI4V3EvM2pVTTh2MmpKMldJMHNKZTdocEZFUUp0d0x5SEZ1bzhXUTIxdG1JMmJKdUdm" +
  "czhUdk0rTmZHK2VBdThRUXJSSkJTOWFnYnJGaEowbHBQa0NYcXJHR2wrVnFvQ1pDUQp0MTF6b3VPOHVqTXlIbjU5REJPMFpMOTZwaTdqKzdIdV" +
  "hWSkJKalZQcCtFCi0tLSBINGN3Y21vdnlDam94WklGbFh6Z3RKOUM1eHFhc2xSd1FzU01JdjdGcmVjCk38J3jZZIA9UXo2UPqvGnRRLv6UFzsm" +
  "Res9gkLBIG6IXYctlzlFCA==";

/**
 * Does once what sending a report does, against known results, and throws "selftest" where this browser computes
 * anything else: no field for a word may appear before it has returned.
 */
export function selfTest(): void {
  try {
    const keys = deriveMailbox(instance, code);
    const pub = publicMailbox(keys);
    want(hexHash(utf8(`${pub.auth}\n${pub.sign}\n${pub.recipient}\n`)) === keysHash, "keys");

    const request = { instance, origin: "https://tips.example", method: "GET", path: "/", body: new Uint8Array(0), challenge: new Uint8Array(32) };
    const signature = signRequest(keys.auth, request);
    want(hexHash(signature) === signatureHash, "signature");
    want(!verify(keys.auth.publicKey, requestMessage({ ...request, path: "/x" }), signature), "a false signature");

    want(equal(open(fromBase64(sealedByGo)!, [keys.age]), utf8("clarion")), "opening");

    const d = {
      instance, kind: "message" as const, case: "a".repeat(26), id: "a".repeat(26), seq: 1, prev: "", unit: "test", day: "2026-01-01",
      author: { role: "reporter" as const, id: "" },
    };
    // Writing reads the document again, with its signature and its characters.
    const plain = signDocument(d, { text: "\u6d4b\u8bd5 \ud83d\udd14", files: [] }, [{ role: "reporter", key: keys.sign }]);
    const sealed = seal(plain, [parseRecipient(pub.recipient)]);
    want(equal(open(sealed, [keys.age]), plain), "sealing");
    plain[100]! ^= 1;
    want(refused(() => parseDocument(plain)), "a changed document");
  } catch (e) {
    throw e instanceof Fault && e.kind === "selftest" ? e : new Fault("selftest", String(e));
  }
}

function want(good: boolean, what: string): void {
  if (!good) throw new Fault("selftest", what);
}

function refused(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}

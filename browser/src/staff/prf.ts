import { sha256, utf8 } from "../bytes";
import { Fault } from "../fault";
import { Identity } from "../seal";
import { staffSeed } from "./passphrase";

/** What a passkey's pseudo-random function is asked for: WebAuthn, extension prf, eval.first. */
export function prfInput(): Uint8Array {
  return sha256(utf8("clarion/staff/v1/prf-input/unlock"));
}

/** The key that a passkey wraps with, from the 32 bytes that it answered. Throws "key" for another length. */
export function passkeyKek(result: Uint8Array): Identity {
  if (result.length !== 32) throw new Fault("key", "prf result");
  return new Identity(staffSeed(result, "prf-kek/mlkem768x25519"));
}

import { sha256, utf8 } from "../bytes";
import { parseKey } from "../ed25519";
import { Fault } from "../fault";
import { canonical, drawWords, type WordList } from "../receipt";
import { parseRecipient } from "../seal";
import { isInstance, isName } from "../syntax";

/** Words of a fingerprint. */
export const FINGERPRINT_WORDS = 8;

/** Whose keys they are, and in what role: member, custodian, inspector, administrator. */
export interface Holder {
  instance: string;
  role: string;
  id: string;
  /** age1pq1… */
  recipient: string;
  /** Ed25519, base64url. */
  sign: string;
}

/** Eight words by which one person tells another which keys are hers. Throws "request", "recipient", "key". */
export function staffFingerprint(h: Holder, list: WordList): string {
  if (!isInstance(h.instance) || !isName(h.role) || !isName(h.id)) throw new Fault("request", "holder");
  parseRecipient(h.recipient);
  if (parseKey(h.sign) === null) throw new Fault("key");
  const text = ["clarion/fingerprint/v1", h.instance, h.role, h.id, h.recipient, h.sign, ""].join("\n");
  return drawWords(sha256(utf8(text)), "clarion/fingerprint/v1/words", FINGERPRINT_WORDS, list);
}

/** Throws "fingerprint" with the holder's id unless the words, as somebody typed them, are those of the holder's keys. */
export function checkFingerprint(h: Holder, typed: string, list: WordList): void {
  if (canonical(typed) !== staffFingerprint(h, list)) throw new Fault("fingerprint", h.id);
}

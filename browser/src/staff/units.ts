import { fromUtf8 } from "../bytes";
import { Fault } from "../fault";
import { open } from "../seal";
import { type KeyFile, parseKeyFile } from "./keyfile";
import { type PublicKeys, samePerson } from "./lists";

/** The key files of offices among sealed that mine opens and that are one of keys. Others are passed over. */
export function openUnits(sealed: readonly Uint8Array[], keys: readonly PublicKeys[], mine: KeyFile): KeyFile[] {
  return sealed.flatMap((s) => {
    try {
      const file = parseKeyFile(fromUtf8(open(s, [mine.age])) ?? "");
      const found = { id: file.holder.id, recipient: file.age.recipient, sign: file.sign.encoded };
      const right = file.holder.role === "unit" && file.holder.instance === mine.holder.instance && keys.some((k) => samePerson(k, found));
      return right ? [file] : [];
    } catch (e) {
      if (e instanceof Fault) return []; // not ours, or damaged
      throw e;
    }
  });
}

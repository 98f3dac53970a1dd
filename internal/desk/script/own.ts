// What a person keeps for themself (browser/src/staff/ownfile.ts): opened while the key is open, and replaced as a whole.
import { base64, fromBase64 } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import { nothing, type Own, readOwn, writeOwn } from "../../../browser/src/staff/ownfile";
import { get, post, Refused } from "./api";
import { askKeeper, onKey, opened } from "./keeper";
import { useKeys } from "./queuekeys";

interface File {
  version: number;
  sealed: string;
}

interface Known {
  key: object;
  version: number;
  own: Own;
}

let known: Known | null = null;
onKey(() => {
  if (opened() === null) known = null;
});

async function take(key: object): Promise<Known> {
  const f = await get<File>("me/own");
  if (f.version === 0) return { key, version: 0, own: nothing() };
  const sealed = fromBase64(f.sealed);
  if (sealed === null) throw new Fault("format");
  const { text } = await askKeeper("openOwn", { sealed, version: f.version });
  return { key, version: f.version, own: readOwn(text) };
}

/** What is kept. Needs the open key: throws "locked" without, "signature" for a file that is not this person's. */
export async function own(anew = false): Promise<Own> {
  const key = opened();
  if (key === null) throw new Fault("locked");
  if (anew || known?.key !== key) known = await take(key);
  useKeys(known.own.keys);
  return known.own;
}

/** Changes it and gives it as it is then. change gets the newest, again if another window was faster, and changes nothing in place. */
export async function changeOwn(change: (o: Own) => Own): Promise<Own> {
  for (let tries = 0; ; tries++) {
    const before = await own(tries > 0);
    const after = change(before);
    const version = (known?.version ?? 0) + 1;
    const { sealed } = await askKeeper("sealOwn", { version, text: writeOwn(after) });
    try {
      await post("me/own", { version, sealed: base64(sealed) });
    } catch (e) {
      if (e instanceof Refused && e.key === "store.own_moved" && tries < 3) continue;
      known = null; // the answer may be lost, and what was sent taken
      throw e;
    }
    const key = opened();
    if (key !== null) known = { key, version, own: after };
    useKeys(after.keys);
    return after;
  }
}

/** A name for something new. */
export const freshId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");

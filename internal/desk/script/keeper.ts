// The page's side of the two workers that hold secrets. A key stays in the keeper while this page is open.
import { base64, base64url, fromBase64, fromBase64url, fromUtf8 } from "../../../browser/src/bytes";
import type { Heard, KeeperOperations, Opened } from "../../../browser/src/staff/keeper";
import type { PlainKeySet } from "../../../browser/src/staff/lists";
import { Worked } from "../../../browser/src/staff/serve";
import { byId, fill, h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { get, post, Refused } from "./api";
import { asks, makes, opens, passkeysHere, question } from "./passkey";
import type { Me } from "./signin";
import { act, enterPresses, Field, sentence } from "./view";

type Policy = { createScriptURL(url: string): string };
/** Only the two workers of this page pass, whatever a script asks for. */
const policy: Policy | undefined = (
  window as unknown as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }
).trustedTypes?.createPolicy("clarion", {
  createScriptURL: (url) => {
    const app = byId("app").dataset;
    if (url !== app["keeper"] && url !== app["ceremony"]) throw new TypeError("not a script of this page");
    return url;
  },
});

/** Starts one of the two workers. Whoever starts it ends it. */
export function start(name: "keeper" | "ceremony"): MessageEnd & { terminate(): void } {
  const url = byId("app").dataset[name] ?? "";
  return new Worker(policy?.createScriptURL(url) ?? url) as unknown as MessageEnd & { terminate(): void };
}

interface Held {
  ask: Worked<KeeperOperations>;
  end(): void;
  opened: Opened | null;
}

let held: Held | null = null;
const instance = (): string => byId("app").dataset["instance"] ?? "";

function keeper(): Held {
  if (held !== null) return held;
  const worker = start("keeper");
  const mine: Held = { ask: new Worked<KeeperOperations>(worker, () => drop(mine)), end: () => worker.terminate(), opened: null };
  held = mine;
  return mine;
}

/** Asks the keeper of who is signed in. What each operation asks and answers stands in browser/src/staff/keeper.ts. */
export const askKeeper = <K extends keyof KeeperOperations & string>(op: K, ask: KeeperOperations[K]["ask"], progress?: (done: number) => void): Promise<KeeperOperations[K]["answer"]> =>
  keeper().ask.ask(op, ask, progress);

const hearers = new Set<() => void>();

/** Who hears that the key was opened or shut, until they call what it gives. */
export function onKey(f: () => void): () => void {
  hearers.add(f);
  return () => void hearers.delete(f);
}

function told(): void {
  for (const f of [...hearers]) f();
}

function drop(k: Held): void {
  k.end();
  k.ask.ended();
  if (held === k) held = null;
  told();
}

/** The key is open from here on. */
function hold(k: Held, o: Opened): void {
  k.opened = o;
  told();
}

/** Forgets the key that is open, if any. */
export function lockKeys(): void {
  if (held !== null) drop(held);
}

/** Who is signed in holds this key; null while it is shut. */
export const opened = (): Opened | null => held?.opened ?? null;

/** Bytes that the server sent in base64. */
export const need = (text: string): Uint8Array => {
  const b = fromBase64(text);
  if (b === null) throw new Refused(0, "", "");
  return b;
};

/** What somebody who joins has made: words and fingerprint are for them, enrolment is what is sent. */
export interface Made {
  words: readonly string[];
  fingerprint: string;
  enrolment: Readonly<Record<string, string>>;
}

/** Makes passphrase and keys of somebody who joins. They stay open on this page. */
export async function makeKeys(j: { door: string; role: Me["role"]; account: string; name: string; day: string; token: string; salt: string }): Promise<Made> {
  lockKeys();
  const token = fromBase64url(j.token, 32);
  if (token === null) throw new Refused(404, "", t("desk.join_no_link_text"));
  const k = keeper();
  const { words, fingerprint, wrapped, signature, login, recipient, sign } = await k.ask.ask("make", { ...j, instance: instance(), token, salt: need(j.salt) });
  hold(k, { recipient, sign, fingerprint, keks: [] });
  return { words, fingerprint, enrolment: { recipient, sign, login, salt: j.salt, wrapped: base64(wrapped), proof: base64(signature) } };
}

/** Signs the server's challenge with the passphrase. Throws "word" or "length" for words that can be no passphrase. */
export async function signInMessage(q: { door: string; account: string; passphrase: string; salt: string; challenge: string }): Promise<string> {
  lockKeys();
  const { signature } = await keeper().ask.ask("signIn", { instance: instance(), door: q.door, account: q.account, challenge: need(q.challenge), passphrase: q.passphrase, salt: need(q.salt) });
  return base64(signature);
}

/** Opens the key file of whoever has just signed in. */
export async function unlock(me: Me, wrapped: string): Promise<void> {
  const k = keeper();
  hold(k, await k.ask.ask("unlock", { wrapped: need(wrapped), instance: instance(), door: me.door, account: me.account, role: me.role }));
}

/** Opens a key file with what a passkey answered. */
export async function unlockBy(me: Me, wrapped: string, prf: Uint8Array): Promise<void> {
  lockKeys();
  const k = keeper();
  hold(k, await k.ask.ask("unlock", { wrapped: need(wrapped), instance: instance(), door: me.door, account: me.account, role: me.role, prf }));
}

/** A passkey that signs, and cannot open keys. */
export class NoPRF extends Error {}

/** Signs in by passkey: one ceremony opens the door and the key. */
export async function passkeySignIn(): Promise<Me> {
  const q = await question("passkey/begin");
  const a = await asks(q);
  if (a.prf === null) throw new NoPRF();
  const me = await post<Me & { wrapped: string }>("passkey/finish", { state: q.state, body: a.body });
  await unlockBy(me, me.wrapped, a.prf);
  return me;
}

const rewrapped = async (path: string, more: object, r: { wrapped: Uint8Array; signature: Uint8Array }): Promise<void> => {
  await post(path, { ...more, wrapped: base64(r.wrapped), proof: base64(r.signature) });
  await keeper().ask.ask("rewrapped", {});
};

/** Adds a passkey to whoever is signed in, whose key is open. */
export async function addPasskey(name: string): Promise<void> {
  const q = await question("passkey/add-begin");
  const a = await makes(q);
  if (a.prf === null) throw new NoPRF();
  const r = await keeper().ask.ask("addPasskey", { prf: a.prf });
  await rewrapped("passkey/add-finish", { state: q.state, body: a.body, name, recipient: r.kek }, r);
}

/** Removes a passkey of whoever is signed in, whose key is open. */
export async function dropPasskey(id: string, kek: string): Promise<void> {
  await rewrapped("passkey/remove", { id }, await keeper().ask.ask("dropPasskey", { kek }));
}

/** Opens a key file with words that were just typed. */
export async function unlockWith(me: Me, wrapped: string, passphrase: string, salt: string): Promise<void> {
  lockKeys();
  const k = keeper();
  hold(k, await k.ask.ask("unlock", { wrapped: need(wrapped), instance: instance(), door: me.door, account: me.account, role: me.role, passphrase, salt: need(salt) }));
}

/** Shows with words that were just typed that it is the person who asks for a change. Base64. */
export async function presence(me: Me, act: string, q: { passphrase: string; salt: string; challenge: string }): Promise<string> {
  const { signature } = await askKeeper("presence", { instance: instance(), door: me.door, account: me.account, act, challenge: need(q.challenge), passphrase: q.passphrase, salt: need(q.salt) });
  return base64(signature);
}

/** Other words for the key that is open. sent goes to the server, words to the person alone. */
export async function newWords(salt: string): Promise<{ words: readonly string[]; sent: Readonly<Record<string, string>> }> {
  const r = await askKeeper("newPassphrase", { salt: need(salt) });
  return { words: r.words, sent: { login: r.login, salt, wrapped: base64(r.wrapped), proof: base64(r.signature) } };
}

/** Runs what needs an open key; asks for the passphrase in place when it is shut. What is on the page stays. */
export async function withKey(place: HTMLElement, me: Me, run: () => Promise<void>): Promise<void> {
  if (opened() !== null) return run();
  const words = new Field("unlock-words", t("desk.passphrase"), { hint: t("desk.passphrase_hint"), rows: 2, code: true });
  const go = act(t("desk.unlock"), t("desk.unlocking"), async () => {
    words.fault("");
    if (words.value === "") return words.fault(t("desk.passphrase_missing"));
    const mine = await get<{ salt: string; wrapped: string }>("me/key");
    await unlockWith(me, mine.wrapped, words.value, mine.salt);
    words.wipe();
    fill(place);
    await run();
  }, (e) => words.fault(wordsFault(e)));
  const byKey = passkeysHere() && act(t("desk.passkey_use"), t("desk.passkey_waiting"), async () => {
    const mine = await get<{ wrapped: string; passkeys: string[] }>("me/key");
    if (mine.passkeys.length === 0) return words.fault(t("desk.passkeys_none"));
    const prf = await opens(mine.passkeys.map((id) => base64url(need(id))));
    if (prf === null) return words.fault(t("desk.passkey_no_prf"));
    await unlockBy(me, mine.wrapped, prf);
    words.wipe();
    fill(place);
    await run();
  }, () => words.fault(t("desk.passkey_failed")), "govuk-button govuk-button--secondary");
  const box = h("div", { class: "cl-card cl-gap2" }, h("h2", {}, t("desk.unlock_title")), h("p", {}, t("desk.unlock_text")), words.box, h("div", { class: "cl-actions" }, go, byKey));
  enterPresses(box, go);
  fill(place, box);
  words.input.focus();
}

/** What is wrong with a passphrase that was typed, in words. */
export function wordsFault(e: unknown): string {
  const f = e as { kind?: string; what?: string };
  if (f.kind === "word") return t("desk.passphrase_word", { N: f.what ?? "" });
  if (f.kind === "length") return t("desk.passphrase_count");
  if (f.kind === "wrong_key") return t("desk.unlock_wrong");
  return sentence(e);
}

/** The plain content of a list's file. What stands in it counts only once the keeper has verified it. */
export function contentOf(list: string): PlainKeySet {
  const envelope = JSON.parse(fromUtf8(need(list)) ?? "") as { body: string };
  return JSON.parse(envelope.body) as PlainKeySet;
}

/** The inspector's signature under a list. words are by person; keys come from the list that is signed, never from the server's word. */
export async function countersign(q: { list: string; current: string; root: string; keySet: PlainKeySet; heard: readonly { id: string; role: Me["role"]; words: string }[] }): Promise<string> {
  const heard: Heard[] = q.heard.flatMap(({ id, role, words }) => {
    const p = (role === "custodian" ? q.keySet.custodians : q.keySet.inspectors).find((x) => x.id === id);
    return p === undefined ? [] : [{ id, role, words, recipient: p.recipient, sign: p.sign }];
  });
  const { list } = await keeper().ask.ask("countersign", { list: need(q.list), current: need(q.current), root: q.root, keySet: q.keySet, heard });
  return base64(list);
}

/** The inspector's signature under a category. */
export async function signApproval(a: { category: string; hash: string; day: string }): Promise<string> {
  return base64((await keeper().ask.ask("approve", a)).signature);
}


// Another passphrase, another telephone: whoever is signed in shows that it is they, and then makes the change. A session
// that was left open is not enough.
import { fromBase64 } from "../../../browser/src/bytes";
import { h, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { get, post, Refused } from "./api";
import { askKeeper, NoPRF, newWords, opened, presence, unlockBy, unlockWith, wordsFault } from "./keeper";
import { asks, passkeysHere, type Question } from "./passkey";
import { picture } from "./qr";
import type { Me } from "./signin";
import { act, enterPresses, Field, Notice, page, sentence, wordGrid } from "./view";

type Change = "passphrase" | "factor";

/** What is drawn, for whom, and the way back to the account. */
interface Place {
  box: HTMLElement;
  me: Me;
  passkeys: number;
  back(): Promise<void>;
}

interface Own {
  salt: string;
  wrapped: string;
}

const secondary = "govuk-button govuk-button--secondary";
const backButton = (p: Place): HTMLButtonElement => act(t("renew.back"), t("renew.back"), () => p.back(), () => undefined, secondary);

/** The two changes, as a part of the account's page. */
export function renewals(box: HTMLElement, me: Me, passkeys: number, back: () => Promise<void>): HTMLElement {
  const place: Place = { box, me, passkeys, back };
  const begin = (what: Change, label: string) => act(label, label, async () => prove(place, what), () => undefined, secondary);
  return h("section", { class: "cl-gap2" }, h("h2", {}, t("renew.title")), h("p", {}, t("renew.lede")), h("div", { class: "cl-actions" }, begin("passphrase", t("renew.passphrase")), begin("factor", t("renew.factor"))));
}

/** The first step: present words and a code, or a passkey. */
function prove(p: Place, what: Change): void {
  const words = new Field("present-words", t("renew.words_now"), { hint: t("desk.passphrase_hint"), rows: 2, code: true });
  const code = new Field("present-code", t("desk.code"), { hint: t("desk.code_hint"), code: true, width: 10, numeric: true });
  const notice = new Notice();
  const failed = (e: unknown) => {
    if (e instanceof Refused && /\.code_/.test(e.key)) return code.fault(e.text);
    notice.fault(e instanceof NoPRF ? t("desk.passkey_no_prf") : sentence(e));
  };
  const go = act(t("renew.show"), t("desk.signing_in"), async () => {
    notice.clear();
    for (const f of [words, code]) f.fault("");
    if (words.value === "") return words.fault(t("desk.passphrase_missing"));
    if (code.value === "") return code.fault(t("desk.code_missing"));
    const start = await post<{ salt: string; challenge: string }>("me/presence/start", { for: what });
    let signature: string;
    try {
      signature = await presence(p.me, what, { passphrase: words.value, salt: start.salt, challenge: start.challenge });
    } catch (e) {
      return words.fault(wordsFault(e));
    }
    const { permit } = await post<{ permit: string }>("me/presence/finish", { for: what, challenge: start.challenge, signature, code: code.value.replace(/\s/g, "") });
    const typed = words.value;
    words.wipe();
    await next(p, what, permit, (mine) => unlockWith(p.me, mine.wrapped, typed, mine.salt));
  }, failed);
  const byKey = p.passkeys > 0 && passkeysHere() && act(t("desk.passkey_use"), t("desk.passkey_waiting"), async () => {
    notice.clear();
    const q = await post<Question>("me/presence/passkey-begin", { for: what });
    const a = await asks(q).catch(() => null);
    if (a === null) return notice.fault(t("desk.passkey_failed"));
    const { permit } = await post<{ permit: string }>("me/presence/passkey-finish", { for: what, state: q.state, body: a.body });
    await next(p, what, permit, (mine) => {
      if (a.prf === null) throw new NoPRF();
      return unlockBy(p.me, mine.wrapped, a.prf);
    });
  }, failed, secondary);
  const form = h("div", { class: "cl-narrowbox" }, notice.box, words.box, code.box, h("div", { class: "cl-actions" }, go, byKey, backButton(p)));
  enterPresses(form, go);
  page(p.box, what === "passphrase" ? t("renew.passphrase") : t("renew.factor"), h("p", { class: "cl-run" }, t("renew.prove_lede")), form,
    h("p", { class: "cl-hint cl-gap2 cl-run" }, p.passkeys > 0 ? t("renew.neither_passkey") : t("renew.neither")));
}

/** The change itself. open is how a key that is shut is opened. */
async function next(p: Place, what: Change, permit: string, open: (mine: Own) => Promise<void>): Promise<void> {
  if (what === "factor") return factor(p, permit);
  const mine = await get<Own>("me/key");
  if (opened() === null) await open(mine);
  copy(p, permit, await newWords(mine.salt));
}

type Made = Awaited<ReturnType<typeof newWords>>;

/** The new words, once. Nothing was sent yet: the words of before hold until these were typed back. */
function copy(p: Place, permit: string, made: Made): void {
  const go = act(t("desk.words_copied"), t("desk.words_copied"), async () => typeBack(p, permit, made), () => undefined);
  page(p.box, t("desk.words_title"), h("p", { class: "cl-run" }, t("renew.words_lede")), wordGrid(made.words, t("desk.passphrase")), h("p", { class: "cl-hint cl-gap" }, t("desk.words_hint")), h("div", { class: "cl-actions" }, go, backButton(p)));
}

function typeBack(p: Place, permit: string, made: Made): void {
  const words = new Field("again", t("desk.words_again"), { hint: t("desk.words_again_hint"), rows: 2, code: true });
  const notice = new Notice();
  const go = act(t("renew.passphrase_do"), t("desk.signing_in"), async () => {
    notice.clear();
    words.fault("");
    const typed = words.value.toLowerCase().split(/\s+/);
    const wrong = made.words.findIndex((w, i) => w !== typed[i]);
    if (wrong >= 0 || typed.length !== made.words.length) return words.fault(wrong >= 0 ? t("desk.words_wrong", { N: wrong + 1 }) : t("desk.passphrase_count"));
    await send(permit, made);
    words.wipe();
    await askKeeper("rewrapped", {}).catch(() => undefined); // the key locked meanwhile: it is opened with the new words
    done(p, t("renew.passphrase_done"), t("renew.passphrase_done_text"));
  }, (e) => (inDoubt(e) ? notice.fault(t("renew.in_doubt"), t("renew.in_doubt_text")) : notice.fault(sentence(e))));
  const again = act(t("desk.words_see_again"), t("desk.words_see_again"), async () => copy(p, permit, made), () => undefined, secondary);
  page(p.box, t("desk.words_again"), h("div", { class: "cl-narrowbox" }, words.box, notice.box, h("div", { class: "cl-actions" }, go, again, backButton(p))));
}

/** Whether a change may have been made although its answer says nothing of it: none came, or something between us and the server gave one. */
const inDoubt = (e: unknown): boolean => e instanceof Refused && (e.status === 0 || e.status >= 500);

/** Sends the change. When the answer was lost, the server's copy of the key file tells which words hold. */
async function send(permit: string, made: Made): Promise<void> {
  try {
    await post("me/passphrase", { permit, ...made.sent });
  } catch (e) {
    if (!inDoubt(e)) throw e;
    const mine = await get<Own>("me/key");
    if (mine.wrapped !== made.sent["wrapped"]) throw e;
  }
}

/** The new telephone: a picture to photograph, and a code of it. Until then the old one counts. */
async function factor(p: Place, permit: string): Promise<void> {
  const made = await post<{ secret: string; qr: string }>("me/factor/show", { permit });
  const code = new Field("code", t("desk.code"), { hint: t("desk.code_first_hint"), code: true, width: 10, numeric: true });
  const notice = new Notice();
  const go = act(t("renew.factor_do"), t("desk.signing_in"), async () => {
    notice.clear();
    code.fault("");
    if (!/^[0-9 ]{6,7}$/.test(code.value)) return code.fault(t("desk.code_missing"));
    await post("me/factor/set", { permit, code: code.value.replace(/ /g, "") });
    done(p, t("renew.factor_done"), t("renew.factor_done_text"));
  }, (e) => {
    if (e instanceof Refused && /\.code_/.test(e.key)) code.fault(e.text);
    else if (inDoubt(e)) notice.fault(t("renew.factor_in_doubt"), t("renew.factor_in_doubt_text"));
    else notice.fault(sentence(e));
  });
  const form = h("div", { class: "cl-narrowbox" }, h("p", {}, t("desk.code_scan")), await picture(fromBase64(made.qr) as Uint8Array<ArrayBuffer>, t("desk.code_picture")), h("details", { class: "govuk-details" }, h("summary", { class: "govuk-details__summary" }, h("span", { class: "govuk-details__summary-text" }, t("desk.code_by_hand"))), h("div", { class: "govuk-details__text" }, h("code", { class: "cl-codefield", dir: "ltr" }, made.secret))), notice.box, code.box, h("div", { class: "cl-actions" }, go, backButton(p)));
  enterPresses(form, go);
  page(p.box, t("renew.factor"), h("p", { class: "cl-run" }, t("renew.factor_lede")), form);
}

function done(p: Place, title: string, text: string): void {
  page(p.box, title, note("ok", text), h("p", { class: "cl-gap" }, t("renew.others_ended")), h("div", { class: "cl-actions" }, backButton(p)));
}

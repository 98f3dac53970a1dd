// Signing in: the passphrase never leaves the page, nor does what a passkey gives.
import { h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { post, Refused } from "./api";
import { NoPRF, passkeySignIn, signInMessage, unlock, wordsFault } from "./keeper";
import { passkeysHere } from "./passkey";
import { act, enterPresses, Field, Notice, page, sentence, type View } from "./view";

/** Who is here, as the server says. token comes back with every writing request. */
export interface Me {
  account: string;
  name: string;
  role: "administrator" | "member" | "custodian" | "inspector";
  door: string;
  token: string;
}

/** The way in. */
export function signIn(door: string, entered: (m: Me) => void): View {
  return { path: "sign-in", title: t("desk.sign_in"), draw: (box) => draw(box, door, entered) };
}

function draw(box: HTMLElement, door: string, entered: (m: Me) => void): void {
  const who = new Field("sign-in-as", t("desk.account"), { hint: t("desk.account_hint"), code: true, width: 20 });
  const words = new Field("passphrase", t("desk.passphrase"), { hint: t("desk.passphrase_hint"), rows: 2, code: true });
  const code = new Field("code", t("desk.code"), { hint: t("desk.code_hint"), code: true, width: 10, numeric: true });
  const notice = new Notice();
  const failed = (e: unknown) => {
    if (e instanceof Refused && /\.code_/.test(e.key)) return code.fault(e.text);
    if (e instanceof Refused && e.key === "staff.bad_id") return who.fault(e.text);
    notice.fault(sentence(e));
  };
  const go = act(t("desk.sign_in"), t("desk.signing_in"), async () => {
    notice.clear();
    for (const f of [who, words, code]) f.fault("");
    if (who.value === "") return who.fault(t("desk.account_missing"));
    if (words.value === "") return words.fault(t("desk.passphrase_missing"));
    if (code.value === "") return code.fault(t("desk.code_missing"));
    const start = await post<{ salt: string; challenge: string }>("sign-in/start", { account: who.value });
    let signature: string;
    try {
      signature = await signInMessage({ door, account: who.value, passphrase: words.value, salt: start.salt, challenge: start.challenge });
    } catch (e) {
      return words.fault(wordsFault(e));
    }
    const in_ = await post<Me & { wrapped: string }>("sign-in/finish", { account: who.value, challenge: start.challenge, signature, code: code.value.replace(/\s/g, "") });
    words.wipe();
    code.wipe();
    await unlock(in_, in_.wrapped);
    entered(in_);
  }, failed);
  const byKey = passkeysHere() && act(t("desk.passkey_use"), t("desk.passkey_waiting"), async () => {
    notice.clear();
    entered(await passkeySignIn());
  }, (e) => notice.fault(e instanceof Refused ? sentence(e) : e instanceof NoPRF ? t("desk.passkey_no_prf") : t("desk.passkey_failed")), "govuk-button govuk-button--secondary");
  const form = h("div", { class: "cl-narrowbox" }, notice.box, who.box, words.box, code.box, h("div", { class: "cl-actions" }, go, byKey), h("p", { class: "cl-hint cl-gap cl-run" }, t("desk.lost_way")));
  enterPresses(form, go);
  page(box, t("desk.sign_in"), h("p", { class: "cl-hint cl-run" }, t("desk.sign_in_lede")), form);
}

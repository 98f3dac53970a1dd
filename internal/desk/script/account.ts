// One's own account: the fingerprint of one's key, passkeys, and signing out everywhere.
import { fill, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post, Refused } from "./api";
import { awayLink } from "./away";
import { addPasskey, dropPasskey, lockKeys, NoPRF, opened, withKey } from "./keeper";
import { changeOwn } from "./own";
import { passkeysHere } from "./passkey";
import { keysSwitch } from "./queuekeys";
import { renewals } from "./renew";
import type { Me } from "./signin";
import { tongues } from "./tongues";
import { act, enterPresses, Field, Notice, page, sentence, type View, wordGrid } from "./view";

export function account(me: Me, out: () => void): View {
  return { path: "account", title: t("desk.my_account"), draw: (box) => draw(box, me, out) };
}

interface Passkey {
  id: string;
  name: string;
  day: string;
  kek: string;
}

async function draw(box: HTMLElement, me: Me, out: () => void): Promise<void> {
  const { passkeys } = await get<{ passkeys: Passkey[] }>("me/account");
  const spoken = me.role === "member" && (await tongues());
  const notice = new Notice();
  const words = h("div", {});
  const show = () => {
    const o = opened();
    if (o !== null) fill(words, wordGrid(o.fingerprint.split(" "), t("desk.fingerprint")));
    else fill(words, h("div", { class: "cl-actions" }, act(t("desk.fingerprint_show"), t("desk.unlocking"), () => withKey(words, me, async () => show()), (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary")));
  };
  show();
  page(box, t("desk.my_account"), notice.box,
    me.role === "member" && awayLink(),
    spoken,
    h("section", { class: "cl-gap2" }, h("h2", {}, t("desk.fingerprint")), h("p", {}, t("desk.fingerprint_mine")), words),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("desk.passkeys")), h("p", {}, t("desk.passkeys_lede")), owned(passkeys, me, () => draw(box, me, out)), passkeysHere() ? adding(me, () => draw(box, me, out)) : note("", t("desk.passkeys_not_here"), t("desk.passkeys_not_here_text"))),
    renewals(box, me, passkeys.length, () => draw(box, me, out)),
    me.role === "member" && h("section", { class: "cl-gap2" }, h("h2", {}, t("queue.keys")), h("p", {}, t("queue.keys_switch_text")), keysSwitch((on) => {
      if (opened() !== null) changeOwn((o) => ({ ...o, keys: on })).catch((e: unknown) => notice.fault(sentence(e)));
    })),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("desk.everywhere")), h("p", {}, t("desk.everywhere_text")), h("div", { class: "cl-actions" }, act(t("desk.everywhere_do"), t("desk.everywhere_doing"), async () => {
      await post("sign-out", { everywhere: true });
      lockKeys();
      out();
    }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary"))));
}

/** What went wrong with a passkey, in words. */
const passkeyFault = (e: unknown): string => (e instanceof Refused ? sentence(e) : e instanceof NoPRF ? t("desk.passkey_no_prf") : t("desk.passkey_failed"));

/** The passkeys of this account. */
function owned(all: readonly Passkey[], me: Me, again: () => Promise<void>): HTMLElement {
  if (all.length === 0) return h("p", { class: "cl-hint cl-gap" }, t("desk.passkeys_none"));
  const place = h("div", {});
  const notice = new Notice();
  return h("div", {}, h("ul", { class: "cl-todo" }, ...all.map((p) => h("li", { class: "is-done" }, h("b", {}, foreign(p.name)), h("span", { class: "cl-hint" }, date(p.day)), act(t("desk.passkey_remove"), t("desk.remove_doing"), () => withKey(place, me, async () => {
    await dropPasskey(p.id, p.kek);
    await again();
  }), (e) => notice.fault(passkeyFault(e)), "cl-plainbutton cl-linklike")))), notice.box, place);
}

/** A new passkey gets a name, so that a lost one can be found. */
function adding(me: Me, again: () => Promise<void>): HTMLElement {
  const place = h("div", {});
  const notice = new Notice();
  const name = new Field("passkey-name", t("desk.passkey_name"), { hint: t("desk.passkey_name_hint"), width: 20 });
  const go = act(t("desk.passkey_add"), t("desk.passkey_waiting"), async () => {
    notice.clear();
    name.fault("");
    const called = name.value;
    if (called === "") return name.fault(t("desk.passkey_name_missing"));
    await withKey(place, me, async () => {
      try {
        await addPasskey(called);
      } catch (e) {
        return notice.fault(passkeyFault(e), e instanceof NoPRF ? t("desk.passkey_no_prf_text") : "");
      }
      await again();
    });
  }, (e) => notice.fault(passkeyFault(e)), "govuk-button govuk-button--secondary");
  const form = h("div", { class: "cl-narrowbox" }, name.box, notice.box, place, h("div", { class: "cl-actions" }, go));
  enterPresses(form, go);
  return form;
}

// One's own account: the fingerprint of one's key, and signing out everywhere.
import { fill, h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { post } from "./api";
import { lockKeys, opened, withKey } from "./keeper";
import type { Me } from "./signin";
import { act, Notice, page, sentence, type View, wordGrid } from "./view";

export function account(me: Me, out: () => void): View {
  return { path: "account", title: t("desk.my_account"), draw: (box) => draw(box, me, out) };
}

function draw(box: HTMLElement, me: Me, out: () => void): void {
  const notice = new Notice();
  const words = h("div", {});
  const show = () => {
    const o = opened();
    if (o !== null) fill(words, wordGrid(o.fingerprint.split(" "), t("desk.fingerprint")));
    else fill(words, h("div", { class: "cl-actions" }, act(t("desk.fingerprint_show"), t("desk.unlocking"), () => withKey(words, me, async () => show()), (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary")));
  };
  show();
  page(box, t("desk.my_account"), notice.box,
    h("section", { class: "cl-gap2" }, h("h2", {}, t("desk.fingerprint")), h("p", {}, t("desk.fingerprint_mine")), words),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("desk.everywhere")), h("p", {}, t("desk.everywhere_text")), h("div", { class: "cl-actions" }, act(t("desk.everywhere_do"), t("desk.everywhere_doing"), async () => {
      await post("sign-out", { everywhere: true });
      lockKeys();
      out();
    }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary"))));
}

// Joining by a link: the passphrase, the second factor and the person's own keys are made here.
import { fromBase64 } from "../../../browser/src/bytes";
import { roleName } from "./names";
import { foreign, h, note, put } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { post, Refused } from "./api";
import { makeKeys, type Made } from "./keeper";
import { picture } from "./qr";
import type { Me } from "./signin";
import { act, enterPresses, Field, Notice, page, sentence, type View, wordGrid } from "./view";

/** What a link was made for. */
interface Invitation {
  account: string;
  name: string;
  role: Me["role"];
  /** Today, where the authority is. */
  day: string;
  /** Minutes that are left. */
  minutes: number;
}

/** The page that a one-time link opens. */
export function join(door: string, entered: (m: Me) => void): View {
  return { path: "join", title: t("desk.join"), draw: (box) => begin(box, door, entered) };
}

/** The link's secret stands behind #, which no server and no log sees. */
const secret = (): string => location.hash.slice(1);

async function begin(box: HTMLElement, door: string, entered: (m: Me) => void): Promise<void> {
  const token = secret();
  if (token === "") {
    page(box, t("desk.join"), note("warn", t("desk.join_no_link"), t("desk.join_no_link_text")));
    return;
  }
  const invitation = await post<Invitation>("join/look", { token });
  const first = invitation.account === "";
  const id = new Field("account", t("desk.account_new"), { hint: t("desk.account_new_hint"), code: true, width: 20, value: invitation.account });
  const name = new Field("name", t("desk.name_new"), { hint: t("desk.name_new_hint"), width: 20, value: invitation.name });
  const notice = new Notice();
  const go = act(t("desk.join_make"), t("desk.join_making"), async () => {
    notice.clear();
    id.fault("");
    name.fault("");
    const who = { account: first ? id.value : invitation.account, name: first ? name.value : invitation.name };
    if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(who.account)) return id.fault(t("desk.account_format"));
    if (who.name === "") return name.fault(t("desk.name_missing"));
    // What the door tells everybody of this name: another salt would tell them that it was taken.
    const { salt } = await post<{ salt: string }>("sign-in/start", { account: who.account });
    const made = await makeKeys({ door, role: invitation.role, day: invitation.day, ...who, token, salt });
    copyWords(box, { door, token, role: invitation.role, ...who, made }, entered);
  }, (e) => notice.fault(sentence(e)));
  const form = h("div", { class: "cl-narrowbox" }, notice.box,
    first ? h("div", {}, id.box, name.box) : h("dl", { class: "cl-pairs" }, h("dt", {}, t("desk.name_new")), h("dd", {}, foreign(invitation.name)), h("dt", {}, t("desk.account_new")), h("dd", {}, foreign(invitation.account))),
    h("div", { class: "cl-actions" }, go));
  enterPresses(form, go);
  page(box, t("desk.join_as", { Role: roleName(invitation.role) }), h("p", {}, t("desk.join_lede")), h("ul", { class: "cl-list" }, h("li", {}, t("desk.join_need_paper")), h("li", {}, t("desk.join_need_phone")), h("li", {}, t("desk.join_need_own"))), h("p", { class: "cl-hint" }, t("desk.join_minutes", { Count: invitation.minutes })), form);
}

interface Joining {
  door: string;
  token: string;
  role: Me["role"];
  account: string;
  name: string;
  made: Made;
}

/** The six words, to be copied by hand, and then typed without them. */
function copyWords(box: HTMLElement, j: Joining, entered: (m: Me) => void): void {
  const go = act(t("desk.words_copied"), t("desk.words_copied"), async () => typeBack(box, j, entered), () => undefined);
  page(box, t("desk.words_title"), h("p", {}, t("desk.words_lede")), wordGrid(j.made.words, t("desk.passphrase")), h("p", { class: "cl-hint cl-gap" }, t("desk.words_hint")), h("div", { class: "cl-actions" }, go));
}

function typeBack(box: HTMLElement, j: Joining, entered: (m: Me) => void): void {
  const words = new Field("again", t("desk.words_again"), { hint: t("desk.words_again_hint"), rows: 2, code: true });
  const go = act(t("desk.next"), t("desk.next"), async () => {
    const typed = words.value.toLowerCase().split(/\s+/);
    const wrong = j.made.words.findIndex((w, i) => w !== typed[i]);
    if (wrong >= 0 || typed.length !== j.made.words.length) return words.fault(wrong >= 0 ? t("desk.words_wrong", { N: wrong + 1 }) : t("desk.passphrase_count"));
    words.wipe();
    await secondFactor(box, j, entered);
  }, (e) => words.fault(sentence(e)));
  const back = act(t("desk.words_see_again"), t("desk.words_see_again"), async () => copyWords(box, j, entered), () => undefined, "govuk-button govuk-button--secondary");
  const form = h("div", { class: "cl-narrowbox" }, words.box, h("div", { class: "cl-actions" }, go, back));
  page(box, t("desk.words_again"), form);
}

/** The telephone's second factor: a picture to photograph, or letters to type. */
async function secondFactor(box: HTMLElement, j: Joining, entered: (m: Me) => void): Promise<void> {
  const factor = await post<{ secret: string; qr: string }>("join/second", { token: j.token, account: j.account });
  const code = new Field("code", t("desk.code"), { hint: t("desk.code_first_hint"), code: true, width: 10, numeric: true });
  const notice = new Notice();
  const go = act(t("desk.join_finish"), t("desk.join_finishing"), async () => {
    notice.clear();
    code.fault("");
    if (!/^[0-9 ]{6,7}$/.test(code.value)) return code.fault(t("desk.code_missing"));
    const me = await post<Me>("join/enrol", { token: j.token, account: j.account, name: j.name, code: code.value.replace(/ /g, ""), ...j.made.enrolment });
    done(box, j, me, entered);
  }, (e) => (e instanceof Refused && e.key === "staff.code_wrong" ? code.fault(e.text) : notice.fault(sentence(e))));
  const form = h("div", { class: "cl-narrowbox" }, h("p", {}, t("desk.code_scan")), await picture(fromBase64(factor.qr) as Uint8Array<ArrayBuffer>, t("desk.code_picture")), h("details", { class: "govuk-details" }, h("summary", { class: "govuk-details__summary" }, h("span", { class: "govuk-details__summary-text" }, t("desk.code_by_hand"))), h("div", { class: "govuk-details__text" }, h("code", { class: "cl-codefield", dir: "ltr" }, factor.secret))), notice.box, code.box, h("div", { class: "cl-actions" }, go));
  enterPresses(form, go);
  page(box, t("desk.code_title"), h("p", {}, t("desk.code_lede")), form);
}

/** Who joined reads eight words to the administrator: so a server that offers another key is caught. */
function done(box: HTMLElement, j: Joining, me: Me, entered: (m: Me) => void): void {
  const rest = h("div", {});
  if (j.role !== "administrator") put(rest, h("p", {}, t("desk.fingerprint_lede")), wordGrid(j.made.fingerprint.split(" "), t("desk.fingerprint")), h("p", { class: "cl-hint cl-gap" }, t("desk.fingerprint_hint")));
  page(box, t("desk.joined"), note("ok", t("desk.joined_note")), rest, h("div", { class: "cl-actions" }, act(t("desk.joined_go"), t("desk.joined_go"), async () => entered(me), () => undefined)));
}

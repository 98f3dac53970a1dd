// The one field of the mailbox's door. What is typed stays in the page and becomes keys here.
import { canonical, checkCode, checkPickUpNumber, type CodeFault, PICK_UP_GROUPS, wordList, type WordList, wrongGroup } from "../../../browser/src/receipt";
import { button, h, note, put } from "./dom";
import { faultList } from "./fields";
import { loadWords } from "./page";
import { t } from "./words";

/** What stands in the field and beside it. */
export interface Typed {
  code: string;
  /** Letter keys are offered on phones. */
  letters: boolean;
  fault: string;
  /** What to say above the field: why the mailbox is shut. */
  said: { title: string; text: string } | null;
}

let list: Promise<WordList> | null = null;

/** The list of words, fetched when somebody types letters. null when it cannot be had: then words are only counted. */
export function words(): Promise<WordList | null> {
  list ??= loadWords().then(wordList);
  list.catch(() => (list = null));
  return list.catch(() => null);
}

/** Tells whether a code is one of words. */
export const isWords = (code: string): boolean => /[a-z]/.test(canonical(code));

/** Tells whether a code has the form of a pick-up number or a link code, which are exchanged for a receipt code. */
export function isFirstCode(code: string): boolean {
  const parts = canonical(code).split(" ");
  const c = parts.join("");
  // Some words of a receipt code can have 26 letters together; they have no digit.
  return (/^[a-z2-7]{26}$/.test(c) && (parts.length === 1 || /[2-7]/.test(c))) || (/^[0-9]+$/.test(c) && c.length === 4 * PICK_UP_GROUPS);
}

/** What is wrong with a whole code, in words, or "". */
export async function codeFault(code: string): Promise<string> {
  if (isFirstCode(code)) {
    const first = isWords(code) ? null : checkPickUpNumber(code);
    return first === null ? "" : says(first);
  }
  const fault = checkCode(code, isWords(code) ? await words() : null);
  return fault === null ? "" : says(fault);
}

function says(f: CodeFault): string {
  switch (f.kind) {
    case "group":
      return t("intake.code_group", { Group: f.group });
    case "word":
      return t("intake.code_word", { Word: f.position });
    case "length":
      return f.words > 0 ? t("intake.code_words", { Words: f.words }) : f.digits > 0 ? t("intake.code_digits", { Digits: f.digits }) : t("intake.code_empty");
  }
}

/** What is wrong so far, while somebody types: the first whole group or word that cannot be right. */
function soFar(code: string, have: WordList | null): string {
  if (!isWords(code)) {
    const group = wrongGroup(code);
    return group === 0 ? "" : says({ kind: "group", group });
  }
  if (have === null) return "";
  if (isFirstCode(code)) return "";
  const all = canonical(code).split(" ");
  if (/[a-zA-Z0-9]$/.test(code)) all.pop(); // the last one is still being written
  const bad = all.findIndex((w) => !have.has.has(w));
  return bad < 0 ? "" : says({ kind: "word", position: bad + 1, hasDigit: false });
}

/** Draws the door in box. open is called with what was typed; draw draws it again. */
export function signIn(box: HTMLElement, s: Typed, open: () => void, draw: () => void): void {
  const group = h("div", { class: "govuk-form-group" + (s.fault === "" ? "" : " govuk-form-group--error") });
  const error = h("p", { class: "govuk-error-message", id: "code-error", "aria-live": "polite" });
  const field = h("textarea", {
    class: "govuk-textarea cl-codefield" + (s.fault === "" ? "" : " govuk-textarea--error"), id: "code", rows: 2, dir: "ltr", inputmode: s.letters ? "text" : "numeric",
    autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: "false", "aria-describedby": "code-hint code-error", "aria-invalid": s.fault === "" ? undefined : "true",
  });
  field.value = s.code;
  const tell = (fault: string) => {
    if (fault === (error.lastChild?.textContent ?? "")) return;
    error.textContent = "";
    if (fault !== "") put(error, h("span", { class: "govuk-visually-hidden" }, t("ui.error_title")), fault);
    error.hidden = fault === "";
    group.classList.toggle("govuk-form-group--error", fault !== "");
    field.classList.toggle("govuk-textarea--error", fault !== "");
    if (fault === "") field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
  };
  tell(s.fault);
  error.hidden = s.fault === "";
  let have: WordList | null = null;
  field.addEventListener("input", () => {
    s.code = field.value;
    s.fault = "";
    if (isWords(s.code) && have === null)
      void words().then((w) => {
        have = w;
        if (field.isConnected && field.value === s.code) tell(soFar(s.code, have));
      });
    tell(soFar(s.code, have));
  });
  field.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || e.isComposing) return;
    e.preventDefault();
    open();
  });
  const keys = button(s.letters ? t("site.signin_digits") : t("site.signin_words"), () => {
    s.letters = !s.letters;
    draw();
    document.getElementById("code")?.focus();
  }, "cl-plainbutton cl-lang");
  put(group, h("label", { class: "govuk-label", for: "code" }, t("site.code")), h("div", { class: "govuk-hint", id: "code-hint" }, t("site.code_hint")), error, field);
  put(box, s.fault !== "" && faultList([{ key: "code", text: s.fault }]), h("h1", {}, t("site.signin_title")), h("p", { class: "cl-hint" }, t("site.signin_hint")),
    s.said !== null && h("div", { class: "cl-gap", role: "alert" }, note("warn", s.said.title, s.said.text)),
    h("div", { class: "cl-gap2" }, group, h("div", { class: "cl-actions" }, button(t("site.signin_open"), open, "govuk-button", "mail"), keys)),
    h("p", { class: "cl-gap2 cl-hint" }, t("page.box_here")), h("p", { class: "cl-gap cl-hint" }, t("site.signin_number")), h("p", { class: "cl-gap cl-hint" }, t("site.signin_lost")));
}

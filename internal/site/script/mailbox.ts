// The mailbox page: the code becomes keys here, everything is opened and sealed here, and nothing of it stays.
import { deriveMailbox } from "../../../browser/src/mailbox";
import type { KeySet } from "../../../browser/src/proof/keyset";
import { selfTest } from "../../../browser/src/selftest";
import { type Box, exchange, makeCode, type NewCode, openBox } from "./boxacts";
import { askFirst, newCodeView } from "./boxask";
import { button, byId, fill, focus, h, icon, note, phone } from "./dom";
import { type Form, loadForm, loadOffer } from "./form";
import { otherLanguage } from "./languages";
import { Refused } from "./net";
import { breath, idle, OpenBox, sentence } from "./openbox";
import { forgetKeys, formHash, leaveBy, loadKeys, root, segmentOf } from "./page";
import { codeFault, isFirstCode, signIn, type Typed } from "./signin";
import { language, speak, t } from "./words";

class MailboxPage {
  readonly #app = byId("app");
  #form: Form;
  #typed: Typed;
  /** The door is opening. */
  #busy = false;
  readonly #mail: OpenBox;
  #used = Date.now();
  /** Steps of the history above the door; the entries themselves hold only the number. */
  #depth = 0;
  #shown: (() => void) | null = null;

  constructor(form: Form) {
    this.#form = form;
    this.#typed = { code: "", letters: segmentOf(form.lang) === "en", fault: "", said: null };
    this.#mail = new OpenBox({
      form: () => this.#form, draw: (paint) => this.#draw(paint), wait: (says) => this.#wait(says), ask: (paint) => this.#ask(paint),
      home: () => (this.#depth === 2 ? history.back() : this.#mail.home()), shut: (title) => this.#shut(title),
    });
    history.replaceState({ n: 0 }, "");
    window.addEventListener("popstate", (e) => this.#back(e.state));
    window.addEventListener("beforeunload", (e) => {
      if (!this.#mail.unsent) return;
      e.preventDefault();
      e.returnValue = "";
    });
    // A page that the browser keeps for "back" must hold nothing.
    window.addEventListener("pagehide", () => {
      this.#wipe();
      fill(this.#app);
    });
    // The link may be opened in a page that is open already: its code must not stay in the address.
    window.addEventListener("hashchange", () => {
      if (!isFirstCode(location.hash.slice(1))) return;
      if (this.#busy || this.#mail.open) history.replaceState({ n: this.#depth }, "", location.pathname);
      else this.begin();
    });
    window.addEventListener("pageshow", (e) => e.persisted && this.#door());
    for (const act of ["pointerdown", "keydown", "input"]) window.addEventListener(act, () => (this.#used = Date.now()));
    setInterval(() => this.#tire(), 15_000);
    document.addEventListener("visibilitychange", () => this.#tire());
    this.#leave();
    loadKeys().catch((e: unknown) => {
      if (!(e instanceof Refused)) this.#draw(() => this.#refused());
    });
  }

  /** The door, with what was typed so far. */
  begin(): void {
    // A link of an answer by e-mail carries its code behind the #, which no server sees. It does not stay in the address.
    const carried = location.hash.slice(1);
    if (isFirstCode(carried)) {
      this.#typed.code = carried;
      history.replaceState({ n: 0 }, "", location.pathname);
    }
    this.#door();
  }

  #wipe(): void {
    this.#mail.wipe();
    this.#typed = { ...this.#typed, code: "", fault: "", said: null };
  }

  #tire(): void {
    if (!this.#mail.open || this.#mail.busy || Date.now() - this.#used < idle * 60_000) return;
    this.#shut(t("visit.handle_over", { Minutes: idle }));
  }

  /** Back to the door, saying why. */
  #shut(title: string): void {
    this.#mail.lock();
    this.#typed.said = title === "" ? null : { title, text: this.#mail.unsent ? t("page.box_draft") : "" };
    if (this.#depth > 0) history.go(-this.#depth);
    else this.#door();
  }

  #leave(): void {
    for (const a of document.querySelectorAll<HTMLAnchorElement>("a.cl-button--leave")) leaveBy(a, () => this.#depth, () => this.#wipe());
    for (const a of document.querySelectorAll<HTMLAnchorElement>("a.cl-lang[hreflang]"))
      a.addEventListener("click", (e) => {
        e.preventDefault();
        void this.#speak(a);
      });
    for (const a of document.querySelectorAll<HTMLAnchorElement>(".cl-foot a, .cl-brand")) {
      a.target = "_blank";
      a.rel = "noopener";
    }
  }

  async #speak(link: HTMLAnchorElement): Promise<void> {
    try {
      const segment = segmentOf(link.hreflang);
      const form = await loadForm(segment, formHash(segment));
      await otherLanguage(link.href);
      this.#form = form;
      speak(form.lang, form.texts);
      this.#typed.fault = "";
      this.#typed.said = null;
      this.#leave();
      this.#firstline(this.#mail.open);
      if (this.#shown !== null) this.#draw(this.#shown);
    } catch {
      this.#app.prepend(h("div", { role: "alert" }, note("warn", t("page.lang_failed"))));
    }
  }

  // Moving about.

  #draw(paint: () => void): void {
    this.#shown = paint;
    paint();
    scrollTo(0, 0);
    // What became of an act is read first; then the page.
    focus(this.#app.querySelector<HTMLElement>(".govuk-error-summary, [data-said]") ?? this.#app.querySelector<HTMLElement>("h1"));
    document.title = (this.#app.querySelector("h1")?.textContent ?? t("site.mailbox_title")) + " \u2013 " + this.#form.authority;
  }

  /** Draws a page one column wide. */
  #narrow(...content: Parameters<typeof h>[2][]): void {
    fill(this.#app, h("div", { class: "cl-form" }, ...content));
  }

  #back(state: unknown): void {
    const n = (state as { n?: number } | null)?.n;
    if (n === undefined) return; // a step to a place of this page
    if (this.#busy || this.#mail.acting || this.#mail.showing) return history.pushState({ n: this.#depth }, ""); // what was begun is not left in the middle
    this.#depth = n;
    if (n === 0) {
      this.#mail.lock();
      return this.#door();
    }
    if (!this.#mail.open) return history.go(-n);
    this.#mail.home();
  }

  /** Goes one step further, to a page that asks. */
  #ask(paint: () => void): void {
    this.#depth = 2;
    history.pushState({ n: 2 }, "");
    this.#draw(paint);
  }

  // The door.

  #door(): void {
    this.#firstline(false);
    this.#draw(() => {
      const box = h("div", { class: "cl-form" });
      signIn(box, this.#typed, () => void this.#open(), () => this.#door());
      fill(this.#app, box);
    });
  }

  /** The advice to change the browser is for the door: behind it, it was read. */
  #firstline(hidden: boolean): void {
    const line = document.querySelector<HTMLElement>(".cl-firstline");
    if (line !== null) line.hidden = hidden;
  }

  #wait(says: string): void {
    this.#draw(() => this.#narrow(h("h1", {}, t("site.mailbox_title")), h("p", { role: "status", class: "cl-lede cl-gap" }, says), h("progress", { "aria-label": says })));
  }

  async #open(): Promise<void> {
    if (this.#busy) return;
    const code = this.#typed.code;
    this.#typed.said = null;
    this.#typed.fault = await codeFault(code);
    if (this.#typed.fault !== "") return this.#door();
    this.#busy = true;
    this.#wait(t("page.box_opening"));
    forgetKeys(); // a page that stood open for days must not seal to a key that was given up
    let keys: KeySet;
    try {
      keys = await loadKeys();
    } catch (e) {
      this.#busy = false;
      if (!(e instanceof Refused)) return this.#draw(() => this.#refused());
      this.#typed.said = { title: sentence(e), text: "" };
      return this.#door();
    }
    if (isFirstCode(code)) {
      this.#busy = false;
      return this.#draw(() => askFirst(this.#frame(), segmentOf(language()) === "en", (words) => void this.#exchange(code, keys, words, null), () => this.#door()));
    }
    try {
      const offer = await loadOffer(segmentOf(language()));
      await breath();
      this.#enter(await openBox(deriveMailbox(keys.instance, code), keys, offer.today));
      this.#mail.home();
    } catch (e) {
      if (e instanceof Refused && e.key === "intake.no_mailbox") this.#typed.fault = t("intake.no_mailbox");
      else this.#typed.said = { title: sentence(e), text: "" };
      this.#door();
    } finally {
      this.#busy = false;
    }
  }

  #enter(box: Box): void {
    this.#mail.enter(box);
    this.#typed.code = "";
    this.#used = Date.now();
    this.#deeper();
    this.#firstline(true);
  }

  /** One step behind the door, so that going back leads there. */
  #deeper(): void {
    if (this.#depth > 0) return;
    this.#depth = 1;
    history.pushState({ n: 1 }, "");
  }

  /** Makes a receipt code for a pick-up number or link code. tried is one that may hold already. */
  async #exchange(first: string, keys: KeySet, words: boolean, tried: NewCode | null): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#wait(t("page.box_working"));
    let next = tried;
    try {
      next ??= await makeCode(keys.instance, words);
      const made = next;
      const offer = await loadOffer(segmentOf(language()));
      this.#mail.shows(made); // from here on it may be the only one that opens
      this.#deeper();
      this.#enter(await exchange(first, made, keys, offer.today));
      this.#mail.shows(made);
      this.#draw(() => newCodeView(this.#frame(), made.code, made.words, t("page.box_first_done"), true, () => this.#mail.home()));
    } catch (e) {
      const made = next;
      if (made !== null && made.unsure)
        return this.#draw(() => newCodeView(this.#frame(), made.code, made.words, t("page.box_first_unsure"), false, () => void this.#exchange(first, keys, words, made)));
      this.#mail.shows(null);
      if (e instanceof Refused && e.key === "intake.no_first_code") this.#typed.fault = t("intake.no_first_code");
      else this.#typed.said = { title: e instanceof Refused && e.key === "intake.first_code_busy" ? t("intake.first_code_busy") : sentence(e), text: "" };
      this.#door();
    } finally {
      this.#busy = false;
    }
  }

  #frame(): HTMLElement {
    const box = h("div", { class: "cl-form" });
    fill(this.#app, box);
    return box;
  }

  /** The keys are not those of the authority: nothing may be typed. */
  #refused(): void {
    const p = this.#form.hotline;
    this.#narrow(h("h1", {}, t("page.box_keys_title")), h("p", { class: "cl-lede cl-gap" }, t("page.box_keys_text")),
      h("div", { class: "cl-actions" }, button(t("site.held_retry"), () => loadKeys().then(() => this.#door(), () => this.#draw(() => this.#refused())))),
      p !== null && h("div", { class: "cl-card cl-section" }, h("p", {}, h("b", {}, p.label), h("br"), p.hours), h("p", { class: "cl-phone__no" }, icon("call"), " ", phone(p))));
  }
}

async function start(): Promise<void> {
  const segment = segmentOf(document.documentElement.lang);
  const form = await loadForm(segment, formHash(segment));
  speak(form.lang, form.texts);
  selfTest();
  const app = byId("app");
  app.hidden = false;
  for (const e of document.querySelectorAll("#intro, #late, #wait, noscript")) e.remove();
  if (root() === "") {
    fill(app, h("h1", {}, t("site.held_closed")), h("p", { class: "cl-lede cl-gap" }, t("site.held_closed_text")), form.hotline !== null && h("p", { class: "cl-gap" }, icon("call"), " ", phone(form.hotline)));
    return;
  }
  new MailboxPage(form).begin();
}

// When anything fails, the page stays as it is without scripts, and the line with the plain form appears by itself.
start().catch(() => undefined);

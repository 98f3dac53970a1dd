// The report page: one question a step, everything in memory, sealed here before anything leaves.
import { selfTest } from "../../../browser/src/selftest";
import { Fault } from "../../../browser/src/fault";
import type { KeySet } from "../../../browser/src/proof/keyset";
import { Attachments } from "./attach";
import { button, byId, fill, focus, foreign, h, icon, lines, note, phone, put } from "./dom";
import { Answers, answerText, control, faultList, summary } from "./fields";
import { type Form, loadForm, loadOffer, type Offer, type ScreenOption } from "./form";
import { otherLanguage } from "./languages";
import { Refused } from "./net";
import { forgetKeys, formHash, leaveBy, loadKeys, root, segmentOf } from "./page";
import { receiptPage } from "./receipt";
import { checkReceipt, type Sealed, sealReport, submit } from "./send";
import { categoryOf, faultsOf, officeOf, type Part, partName, partsOf, type Situation, type Step, stepsOf } from "./steps";
import { date, dayMonth, language, speak, t } from "./words";

class ReportPage {
  readonly #app = byId("app");
  readonly #answers = new Answers();
  readonly #files: Attachments;
  #form: Form;
  #offer: Offer;
  #keys: KeySet | null = null;
  #at = "screen";
  /** Ids of the steps behind each entry of the history; the entries themselves hold only the number. */
  #trail: string[] = [];
  #place = 0; // in the trail
  /** Entries of this page that an earlier visit left before ours: a reload keeps them. */
  readonly #before = (history.state as { n?: number } | null)?.n ?? 0;
  #checked = false; // the last look was reached: corrections lead back to it
  #away = ""; // id of the option that turned the person away; "none" for none of the categories
  #sealed: Sealed | null = null;
  /** A try went out and no answer came: the same bytes again, or nothing. Another report could be a second one. */
  #unsure = false;
  #busy = false; // a try is under way
  readonly #stop = new AbortController();
  #calling = false;
  /** Answers to questions of categories that are not chosen now: two categories may ask under one name. */
  readonly #aside = new Map<string, [string, readonly string[]][]>();
  #shown: (() => void) | null = null; // draws the page again, in another language
  #over = false;

  constructor(form: Form, offer: Offer) {
    this.#form = form;
    this.#offer = offer;
    this.#answers.set("lang", form.lang);
    this.#answers.set("code", segmentOf(form.lang) === "en" ? "words" : "digits"); // English readers are offered words, Chinese readers digits
    this.#answers.set("contact", "anonymous");
    this.#answers.set("wish", "no");
    this.#files = new Attachments({ count: form.limits.files, size: form.limits.file }, () => this.#note());
    window.addEventListener("popstate", (e) => this.#back(e.state));
    window.addEventListener("beforeunload", (e) => {
      if (this.#over || this.#calling || this.#trail.length === 0) return;
      e.preventDefault();
      e.returnValue = "";
    });
    // Whoever calls is not asked whether they want to leave the page.
    document.addEventListener("click", (e) => {
      if (!(e.target instanceof Element) || e.target.closest('a[href^="tel:"]') === null) return;
      this.#calling = true;
      setTimeout(() => (this.#calling = false), 2000);
    }, true);
    this.#leave();
  }

  /** The first question, instead of what stood there. */
  begin(): void {
    this.#go("screen");
    this.#askKeys();
  }

  #situation(): Situation {
    return { form: this.#form, offer: this.#offer, keys: this.#keys, answers: this.#answers };
  }

  #leave(): void {
    const wipe = () => {
      this.#over = true;
      this.#stop.abort();
      this.#forget();
      this.#sealed = null;
    };
    // A link within the page would count as a step in the history.
    document.querySelector<HTMLAnchorElement>(".govuk-skip-link")?.addEventListener("click", (e) => {
      e.preventDefault();
      focus(byId("main"));
    });
    for (const a of document.querySelectorAll<HTMLAnchorElement>("a.cl-button--leave")) leaveBy(a, () => this.#place + this.#before, wipe);
    for (const a of document.querySelectorAll<HTMLAnchorElement>("a.cl-lang[hreflang]")) {
      a.addEventListener("click", (e) => {
        if (this.#trail.length === 0) return; // nothing to lose yet
        e.preventDefault();
        void this.#speak(a);
      });
    }
    // Whatever leads out of the form opens beside it, and the answers stay.
    for (const a of document.querySelectorAll<HTMLAnchorElement>(".cl-foot a, .cl-brand")) {
      a.target = "_blank";
      a.rel = "noopener";
    }
  }

  async #speak(link: HTMLAnchorElement): Promise<void> {
    try {
      const segment = segmentOf(link.hreflang);
      const [form, offer] = await Promise.all([loadForm(segment, formHash(segment)), loadOffer(segment)]);
      await otherLanguage(link.href);
      this.#form = form;
      this.#offer = offer;
      speak(form.lang, form.texts);
      this.#leave();
      if (this.#shown !== null) this.#draw(this.#shown);
    } catch {
      const warning = note("warn", t("page.lang_failed"));
      warning.setAttribute("role", "alert");
      this.#app.prepend(warning);
    }
  }

  /** Fetches the keys beside the questions. Without keys that can be trusted nothing may be written. */
  #askKeys(): void {
    loadKeys().then(
      (keys) => (this.#keys = keys),
      (e: unknown) => {
        if (!(e instanceof Refused) && !this.#over) this.#draw(() => this.#refused());
      },
    );
  }

  // Moving about.

  #go(id: string): void {
    this.#at = id;
    this.#enter(id);
    this.#draw(() => this.#step());
  }

  /** Puts a step behind the one that is shown; what lay ahead is forgotten, as the browser forgets it. */
  #enter(id: string): void {
    const n = this.#trail.length === 0 ? 0 : this.#place + 1;
    this.#trail.length = n;
    this.#trail.push(id);
    this.#place = n;
    const state = { n: this.#before + n };
    if (n === 0) history.replaceState(state, "");
    else history.pushState(state, "");
  }

  #back(state: unknown): void {
    const n = ((state as { n?: number } | null)?.n ?? NaN) - this.#before;
    if (this.#over) return;
    if (n < 0) return history.go(-(n + this.#before) - 1); // entries of an earlier visit lead nowhere
    if (!(n < this.#trail.length)) return;
    this.#place = n;
    if (this.#unsure || this.#busy) return this.#draw(this.#shown!); // not before it is known what became of it
    this.#away = "";
    this.#at = this.#trail[n]!;
    this.#draw(() => this.#step());
  }

  #draw(paint: () => void): void {
    this.#shown = paint;
    if (!this.#app.isConnected) return; // somebody has left
    paint();
    scrollTo(0, 0);
    focus(this.#app.querySelector<HTMLElement>(".govuk-error-summary") ?? this.#app.querySelector<HTMLElement>("h1"));
    document.title = t("ui.nav_report") + " – " + this.#form.authority; // the history of a browser shows titles
  }

  #steps(): Step[] {
    return stepsOf(this.#situation());
  }

  #step(faults: { key: string; text: string }[] = []): void {
    const steps = this.#steps();
    const step = steps.find((s) => s.id === this.#at) ?? steps[0]!;
    const away = this.#away === "none" ? this.#form.none : this.#form.screen.options.find((o) => o.id === this.#away);
    if (this.#away !== "" && away !== undefined && away !== null) return this.#turnAway(away);
    switch (step.id) {
      case "category":
        return this.#category(steps, step, faults);
      case "files":
        return this.#attach(steps, step);
      case "check":
        return this.#check(steps, step);
      default:
        return this.#questions(steps, step, faults);
    }
  }

  #head(steps: readonly Step[], step: Step, faults: { key: string; text: string }[]): (Node | null)[] {
    const parts = partsOf(steps, this.#offer.identity);
    const now = parts.indexOf(step.part);
    const bars = h("ol", { "aria-hidden": "true" });
    parts.forEach((_, i) => put(bars, h("li", { class: i < now ? "is-done" : undefined, "aria-current": i === now ? "step" : undefined })));
    const label = t("ui.step", { Now: now + 1, Of: parts.length, Label: "\u0000" }).split("\u0000");
    return [
      this.#place > 0 ? h("p", {}, button(t("ui.back"), () => history.back(), "govuk-back-link cl-plainbutton")) : null,
      h("div", { class: "cl-steps" }, h("p", {}, label[0] ?? "", h("b", {}, partName(step.part)), label[1] ?? ""), bars),
      faultList(faults),
    ];
  }

  #next(label = t("ui.next")): HTMLElement {
    return h("div", { class: "cl-actions" }, button(label, () => this.#forward()));
  }

  #questions(steps: readonly Step[], step: Step, faults: { key: string; text: string }[]): void {
    const one = step.title === undefined;
    const fields = step.fields.map((f) => control(f, this.#answers, one, faults.find((x) => x.key === f.key)?.text ?? ""));
    const optional = step.fields.every((f) => f.optional) && step.fields.every((f) => answerText(f, this.#answers) === "");
    const box = h("div", { class: "cl-step" }, ...this.#head(steps, step, faults), one ? null : h("h1", {}, step.title!),
      step.lede !== undefined && h("p", { class: "cl-hint" }, step.lede), h("div", one ? {} : { class: "cl-gap" }, ...fields));
    if (step.id === "danger") this.#callFirst(box);
    const next = this.#next(optional ? t("page.skip") : undefined);
    if (optional) box.addEventListener("input", () => (next.querySelector("button")!.textContent = t("ui.next")));
    put(box, next, step.part === "screen" && h("p", { class: "cl-hint cl-gap" }, t("page.nothing_yet")));
    box.addEventListener("keydown", (e) => {
      const on = e.target as HTMLElement;
      // 229: Safari ends the composition of a word before it tells of the key that ended it.
      if (e.key === "Enter" && !e.isComposing && e.keyCode !== 229 && on instanceof HTMLInputElement) {
        e.preventDefault();
        this.#forward();
      }
    });
    fill(this.#app, box);
  }

  /** Whoever says that somebody is in danger sees the number at once. */
  #callFirst(box: HTMLElement): void {
    const p = this.#form.emergency;
    const call = h("div", { role: "status" }); // there before it speaks
    box.querySelector(".govuk-form-group")!.after(call);
    const look = () => {
      if (this.#answers.one("danger") === "no" || this.#answers.one("danger") === "") fill(call);
      else if (call.childElementCount === 0)
        put(call, h("div", { class: "cl-note cl-note--danger cl-gap" }, icon("warning"), h("p", { class: "cl-note__t" }, t("ui.danger_now")), h("p", {}, t("site.start_danger")), h("p", { class: "cl-note__end cl-call" }, icon("call"), phone(p))));
    };
    box.addEventListener("change", look);
    look();
  }

  #category(steps: readonly Step[], step: Step, faults: { key: string; text: string }[]): void {
    const fault = faults[0]?.text ?? "";
    const cards = h("div", { class: "govuk-radios cl-choice" });
    const radio = (id: string, value: string, about?: string) =>
      h("input", { class: "govuk-radios__input", id, name: "category", type: "radio", value, autocomplete: "off", "aria-describedby": about, checked: this.#answers.one("category") === value, change: () => this.#choose(value) });
    const list = (of: readonly string[]) => h("ul", {}, ...of.map((x) => h("li", {}, x)));
    const approved = this.#offer.categories ?? [];
    this.#form.categories.filter((c) => approved.some((a) => a.id === c.id)).forEach((c, n) => {
      const id = n === 0 ? "category" : `category-${n + 1}`;
      const limits = h("div", { class: "cl-limits", id: `limits-${n + 1}` }, h("p", {}, c.summary), h("p", { class: "cl-law" }, t("ui.tests")), h("ol", { class: "cl-tests" }, ...c.tests.map((x) => h("li", {}, x))),
        h("div", { class: "cl-can" }, h("div", { class: "cl-can--yes" }, h("h2", {}, icon("check"), t("ui.can_yes")), list(c.yes)), h("div", { class: "cl-can--no" }, h("h2", {}, icon("cross"), t("ui.can_no")), list(c.no))),
        h("p", { class: "cl-law" }, t("ui.law")), h("ul", { class: "cl-law cl-list" }, ...(c.law ?? []).map((x) => h("li", {}, x))),
        h("p", { class: "cl-law" }, t("visit.approved", { Day: date(approved.find((a) => a.id === c.id)!.day) })));
      put(cards, h("div", { class: "govuk-radios__item" }, radio(id, c.id, `limits-${n + 1}`), h("label", { class: "govuk-label govuk-radios__label", for: id }, c.name), limits));
    });
    put(cards, h("div", { class: "govuk-radios__item" }, radio("category-none", "none"), h("label", { class: "govuk-label govuk-radios__label", for: "category-none" }, t("site.category_none")),
      h("div", { class: "govuk-hint govuk-radios__hint" }, t("site.category_none_hint"))));
    const group = h("div", { class: "govuk-form-group" + (fault === "" ? "" : " govuk-form-group--error") },
      h("fieldset", { class: "govuk-fieldset", "aria-describedby": "category-hint" + (fault === "" ? "" : " category-error") },
        h("legend", { class: "govuk-fieldset__legend govuk-fieldset__legend--l" }, h("h1", { class: "govuk-fieldset__heading cl-title" }, t("site.category_head"))),
        h("div", { class: "govuk-hint", id: "category-hint" }, t("site.category_hint")),
        fault !== "" && h("p", { class: "govuk-error-message", id: "category-error" }, h("span", { class: "govuk-visually-hidden" }, t("ui.error_title")), fault), cards));
    fill(this.#app, ...this.#head(steps, step, faults), group, this.#next(), h("p", { class: "cl-hint cl-gap" }, t("page.nothing_yet")));
  }

  /** Another category has other questions, some under the same names: the answers to the former wait aside. */
  #choose(category: string): void {
    const before = this.#answers.one("category");
    if (before === category) return;
    if (before !== "" && before !== "none") this.#aside.set(before, this.#answers.take("a-"));
    this.#answers.set("category", category);
    for (const [key, values] of this.#aside.get(category) ?? []) this.#answers.set(key, ...values);
    this.#checked = false; // the new questions are asked
  }

  #attach(steps: readonly Step[], step: Step): void {
    const limits = this.#form.limits;
    const box = h("div", {});
    fill(this.#app, ...this.#head(steps, step, []), h("h1", {}, t("site.files_head")),
      h("p", { class: "cl-hint" }, t("page.files_limits", { Max: limits.files, Size: limits.file / 1048576 })), box, this.#next(), h("p", { class: "cl-hint cl-gap" }, t("page.files_held")));
    this.#files.show(box);
    this.#note();
  }

  /** The button says what pressing it means now. */
  #note(): void {
    if (this.#at !== "files") return;
    const b = this.#app.querySelector<HTMLButtonElement>(":scope > .cl-actions > button");
    if (b !== null) b.textContent = this.#files.count === 0 ? t("site.files_without") : this.#files.open > 0 ? t("page.files_go_on") : t("ui.next");
  }

  #forward(): void {
    if (this.#keys === null) this.#askKeys();
    if (this.#answers.one("contact") === "anonymous") for (const key of ["name", "reach"]) this.#answers.set(key);
    if (this.#answers.one("wish") !== "yes") this.#answers.set("phrase");
    const steps = this.#steps();
    const step = steps.find((s) => s.id === this.#at) ?? steps[0]!;
    const away = this.#awayFrom(step);
    if (away !== "") {
      this.#away = away;
      this.#enter(this.#at);
      return this.#draw(() => this.#step());
    }
    const faults = faultsOf(step, this.#situation());
    if (faults.length > 0) return this.#draw(() => this.#step(faults));
    const next = this.#steps();
    const unanswered = this.#checked ? next.find((s) => faultsOf(s, this.#situation()).length > 0) : undefined;
    const i = next.findIndex((s) => s.id === step.id);
    this.#go(this.#checked ? (unanswered?.id ?? this.#follow(next, i)) : next[i + 1]!.id);
  }

  /** After a correction: the step that it brought up, or the last look again. */
  #follow(steps: readonly Step[], i: number): string {
    const next = steps[i + 1];
    return next !== undefined && (next.id === "person" || next.id === "phrase") && ["contact", "wish"].includes(steps[i]!.id) ? next.id : "check";
  }

  #awayFrom(step: Step): string {
    if (step.id === "screen") {
      const o = this.#form.screen.options.find((x) => x.id === this.#answers.one("screen"));
      return o !== undefined && o.outcome !== "continue" ? o.id : "";
    }
    return step.id === "category" && this.#answers.one("category") === "none" && this.#form.none !== null ? "none" : "";
  }

  #turnAway(o: ScreenOption): void {
    const call = o.outcome === "call" ? this.#form.emergency : null;
    const who = h("ul", { class: "cl-addresses" });
    for (const a of o.addresses ?? [])
      put(who, h("li", {}, h("h3", {}, a.name), ...(a.lines ?? []).map((x) => h("p", {}, x)), a.number !== "" && h("p", {}, icon("call"), " ", phone(a))));
    fill(this.#app, h("h1", {}, o.title), h("div", { class: "cl-prose cl-gap" }, lines(o.text)),
      call !== null && h("div", { class: "cl-note cl-note--danger cl-gap" }, icon("call"), h("p", { class: "cl-note__t" }, call.label), h("p", { class: "cl-call" }, phone(call)), call.note !== "" && h("p", {}, call.note)),
      who.childElementCount > 0 && h("section", { class: "cl-gap2", "aria-labelledby": "who" }, h("h2", { id: "who" }, t("site.away_who")), who),
      h("p", { class: "cl-gap2 cl-hint" }, t("page.away_stored")),
      h("div", { class: "cl-actions" }, button(t("site.away_back"), () => history.back(), "govuk-button govuk-button--secondary")));
  }

  // The last look, and sending.

  #check(steps: readonly Step[], step: Step, fault = ""): void {
    this.#checked = true;
    const s = this.#situation();
    const office = officeOf(s)?.name ?? "";
    const waiting = this.#files.open;
    const honest = h("input", { class: "govuk-checkboxes__input", id: "honest", type: "checkbox", autocomplete: "off", "aria-describedby": "honest-hint", "aria-invalid": fault === "" ? undefined : "true" });
    const send = () => {
      if (!honest.checked) return this.#draw(() => this.#check(steps, step, t("visit.honest_missing")));
      if (this.#files.open > 0) this.#files.leaveOpen();
      void this.#send();
    };
    const box = h("div", { class: "cl-check" }, ...this.#head(steps, step, fault === "" ? [] : [{ key: "honest", text: fault }]), h("h1", {}, t("site.check_head")), h("p", { class: "cl-hint" }, t("site.check_hint")),
      ...this.#sections(steps),
      waiting > 0 && h("div", { class: "cl-section" }, note("warn", t("page.files_open", { Count: waiting }), t("page.files_open_text"))),
      h("div", { class: "cl-note cl-note--seal cl-section" }, icon("lock"), h("h2", {}, t("site.check_send")), h("p", {}, t("page.check_send_text", { Office: office }))),
      h("div", { class: "cl-section" }, h("div", { class: "govuk-form-group" + (fault === "" ? "" : " govuk-form-group--error") },
        fault !== "" && h("p", { class: "govuk-error-message", id: "honest-error" }, h("span", { class: "govuk-visually-hidden" }, t("ui.error_title")), fault),
        h("div", { class: "govuk-checkboxes" }, h("div", { class: "govuk-checkboxes__item" }, honest, h("label", { class: "govuk-label govuk-checkboxes__label", for: "honest" }, t("site.honest")),
          h("div", { class: "govuk-hint govuk-checkboxes__hint", id: "honest-hint" }, t("site.honest_hint")))))),
      h("div", { class: "cl-actions" }, button(waiting > 0 ? t("page.send_text_now") : t("site.check_button"), send, "govuk-button", "lock")));
    fill(this.#app, box);
  }

  #sections(steps: readonly Step[], change = true): HTMLElement[] {
    const out: HTMLElement[] = [];
    const s = this.#situation();
    for (const part of partsOf(steps, this.#offer.identity)) {
      const here = steps.filter((x) => x.part === part);
      if (part === "screen" || part === "check" || here.length === 0) continue;
      const rows = part === "category" ? [{ key: t("visit.category"), value: categoryOf(s)?.name ?? "" }] : part === "files" ? this.#fileRows() : this.#rows(here);
      // One question a step: each row of a longer part has its own way back.
      if (part === "category" || part === "files") out.push(summary(partName(part), change ? () => this.#go(here[0]!.id) : null, rows));
      else out.push(change ? this.#part(part, here) : summary(partName(part), null, this.#rows(here)));
    }
    return out;
  }

  #rows(steps: readonly Step[]): { key: string; value: string }[] {
    return steps.flatMap((x) => x.fields.map((f) => ({ key: f.label, value: answerText(f, this.#answers) })));
  }

  #part(part: Part, steps: readonly Step[]): HTMLElement {
    const dl = h("dl", { class: "govuk-summary-list cl-changes" });
    for (const x of steps) {
      for (const f of x.fields) {
        const value = h("dd", { class: "govuk-summary-list__value" });
        for (const line of (answerText(f, this.#answers) || t("visit.not_said")).split("\n")) put(value, h("p", {}, foreign(line)));
        put(dl, h("div", { class: "govuk-summary-list__row" }, h("dt", { class: "govuk-summary-list__key" }, f.label), value,
          h("dd", { class: "govuk-summary-list__actions" }, h("button", { type: "button", class: "cl-plainbutton cl-linklike", click: () => this.#go(x.id) }, t("ui.change"), h("span", { class: "govuk-visually-hidden" }, " " + f.label)))));
      }
    }
    return h("section", { class: "cl-answers" }, h("h2", {}, partName(part)), dl);
  }

  #fileRows(): { key: string; value: string }[] {
    const all = this.#files.lines();
    return all.length === 0 ? [{ key: t("site.step_files"), value: t("visit.no_files") }] : all.map((f, n) => ({ key: t("ui.file_n", { N: n + 1 }), value: f.text }));
  }

  async #send(): Promise<void> {
    if (this.#busy || this.#over) return;
    this.#busy = true;
    try {
      await this.#try();
    } finally {
      this.#busy = false;
    }
  }

  async #try(): Promise<void> {
    const says = h("p", { role: "status", class: "cl-lede cl-gap" }, t("page.sealing"));
    this.#draw(() => fill(this.#app, h("h1", {}, t("page.sending_title")), says, h("progress", { "aria-label": t("page.sending_title") }), h("p", { class: "cl-hint cl-gap" }, t("page.sending_text"))));
    let sending = false;
    try {
      const unasked = this.#keys === null && this.#offer.identity;
      const keys = (this.#keys = await loadKeys());
      if (this.#over) return;
      if (this.#sealed === null) {
        if (unasked) return this.#go("contact"); // the keys came late: what depends on them was not asked
        this.#offer = await loadOffer(segmentOf(language()));
        if (!this.#offer.open) return this.#draw(() => this.#held(t("site.held_closed"), t("site.held_closed_text"), false));
        const wrong = this.#steps().find((s) => faultsOf(s, this.#situation()).length > 0);
        if (wrong !== undefined) {
          this.#go(wrong.id);
          return this.#draw(() => this.#step(faultsOf(wrong, this.#situation())));
        }
        await breath(); // the sentence above is seen before the work begins
        this.#sealed = await sealReport(this.#situation(), keys, this.#files.ready);
      }
      if (this.#over) return;
      const sealed = this.#sealed;
      const receipt = await submit(sealed, (stage) => {
        sending = stage === "send";
        says.textContent = sending ? t("page.sending") : t("page.working");
      }, this.#stop.signal);
      if (!this.#over) this.#done(sealed, receipt, keys);
    } catch (e) {
      if (!this.#over) this.#failed(e, sending);
    }
  }

  #forget(): void {
    this.#answers.clear();
    this.#aside.clear();
    this.#files.clear();
  }

  #done(sealed: Sealed, receipt: { day: string; promises: { step: string; by: string }[]; acknowledgement: string }, keys: KeySet): void {
    let sound = true;
    try {
      checkReceipt(receipt, sealed, keys);
    } catch {
      sound = false;
    }
    const today = this.#offer.today;
    this.#draw(() => receiptPage(this.#app, this.#form, { code: sealed.code, words: sealed.words, receipt, sound, today, unit: "" }));
    this.#over = true;
    this.#forget();
  }

  #failed(e: unknown, sending: boolean): void {
    // Only an answer of ours says that nothing was stored; silence, and what something between us says, does not. After
    // silence only a refusal of these very bytes does: had they been stored, it would give the receipt.
    if (e instanceof Refused && sending && e.status < 500 && e.key !== "") this.#unsure = false;
    else if (sending && e instanceof Refused && e.key === "") this.#unsure = true;
    if (!this.#unsure) this.#sealed = null;
    if (e instanceof Refused) {
      if (/^intake\.(identity_|not_padded|no_custodians)/.test(e.key)) {
        forgetKeys(); // others are in force: what follows is made with those
        this.#keys = null;
      }
      if (e.key === "intake.closed") return this.#draw(() => this.#held(t("site.held_closed"), t("site.held_closed_text"), this.#unsure));
      if (this.#unsure && e.status !== 503) return this.#draw(() => this.#held(t("page.line_title"), t("page.line_text_sent"), true));
      if (e.key === "intake.no_upload") {
        this.#files.lost();
        return this.#draw(() => this.#held(t("page.files_gone"), t("page.files_gone_text"), true));
      }
      if (e.status === 503 || e.status === 429) return this.#draw(() => this.#held(t("site.held_busy"), t("site.held_busy_text"), true, e.wait));
      // No answer: it may have arrived. The same report again is stored once.
      if (e.status === 0 || e.status >= 500) return this.#draw(() => this.#held(t("page.line_title"), sending ? t("page.line_text_sent") : t("page.line_text"), true));
      return this.#draw(() => this.#held(t("page.not_taken"), t("page.not_taken_text"), true));
    }
    if (e instanceof Error && e.name === "Error" && "kind" in e && (e as { kind: string }).kind === "too_large") {
      return this.#draw(() => this.#held(t("site.fault_413"), t("intake.too_long"), true));
    }
    if (!(e instanceof Fault) || !keyFaults.includes(e.kind)) return this.#draw(() => this.#held(t("page.broken_title"), t("page.broken_text"), true));
    this.#draw(() => this.#refused());
  }

  /** Nothing was taken; the answers are here, and this says what can be done. */
  #held(title: string, text: string, again: boolean, wait = 0): void {
    const retry = button(t("site.held_retry"), () => void this.#send());
    fill(this.#app, h("h1", {}, title), h("p", { class: "cl-lede cl-gap" }, text),
      again && h("p", { class: "cl-gap" }, t("site.held_kept"), wait > 0 ? " " + t("site.held_wait", { Count: wait }) : ""),
      again && h("div", { class: "cl-actions" }, retry, !this.#unsure && button(t("page.to_check"), () => this.#go("check"), "govuk-button govuk-button--secondary")), this.#call(),
      // What may have arrived cannot be changed, but it can be read and copied.
      this.#unsure && h("div", { class: "cl-check cl-section" }, h("p", { class: "cl-hint" }, t("site.held_answers")), ...this.#sections(this.#steps(), false)));
  }

  /** The keys are not those of the authority, or what came cannot be trusted. */
  #refused(): void {
    fill(this.#app, h("h1", {}, t("page.keys_title")), h("p", { class: "cl-lede cl-gap" }, t("page.keys_text")), h("p", { class: "cl-gap" }, t("site.held_kept")),
      h("div", { class: "cl-actions" }, button(t("site.held_retry"), () => this.#retryKeys())), this.#call());
  }

  #retryKeys(): void {
    loadKeys().then(
      (keys) => {
        this.#keys = keys;
        this.#draw(() => this.#step());
      },
      () => this.#draw(() => this.#refused()),
    );
  }

  #call(): HTMLElement | false {
    const p = this.#form.hotline;
    return p !== null && h("div", { class: "cl-card cl-section" }, h("p", {}, h("b", {}, p.label), h("br"), p.hours), h("p", { class: "cl-phone__no" }, icon("call"), " ", phone(p)), h("p", { class: "cl-hint" }, p.note));
  }
}

/** Faults that speak of keys, and not of this device. */
const keyFaults: readonly string[] = ["format", "signature", "key", "origin", "not_included", "root", "countersignature", "older", "no_proof", "recipient"];

/** Lets the browser paint. */
const breath = (): Promise<void> => new Promise((go) => setTimeout(go, 30));

/** Whoever reads now, and when somebody does again. */
function staff(offer: Offer, form: Form): void {
  const box = document.getElementById("staff");
  if (box === null) return;
  const says = h("span", {}, h("b", {}, offer.staffed ? t("site.staff_now") : t("site.staff_none")));
  if (!offer.staffed) {
    const day = dayMonth(offer.next_day);
    if (day !== "" && /^\d{1,2}:\d\d$/.test(offer.next_time)) {
      const next = t("visit.staff_at", { Day: day, Time: offer.next_time });
      put(says, h("span", { class: "cl-then" }, t("site.staff_next", { Next: next })));
    }
    if (form.hotline !== null) {
      const [before, after] = t("site.staff_call", { Number: "\u0000" }).split("\u0000");
      put(says, h("span", { class: "cl-then" }, before ?? "", phone(form.hotline), after ?? ""));
    }
  }
  if (form.hours !== "") put(says, h("br"), h("span", { class: "cl-hint" }, form.hours));
  fill(box, icon("clock"), says);
  box.hidden = false;
}

async function start(): Promise<void> {
  const segment = segmentOf(document.documentElement.lang);
  const [form, offer] = await patiently(() => Promise.all([loadForm(segment, formHash(segment)), loadOffer(segment)]));
  speak(form.lang, form.texts);
  document.documentElement.setAttribute("translate", "no"); // a translator is a third party, and would garble ten words
  selfTest();
  const app = byId("app");
  app.hidden = false;
  for (const e of document.querySelectorAll("#late, #wait, noscript")) e.remove();
  staff(offer, form);
  if (!offer.open || root() === "") {
    byId("intro").remove();
    fill(app, h("h1", {}, t("site.held_closed")), h("p", { class: "cl-lede cl-gap" }, t("site.held_closed_text")), form.hotline !== null && h("p", { class: "cl-gap" }, icon("call"), " ", phone(form.hotline)));
    return;
  }
  const page = new ReportPage(form, offer);
  fill(app, h("div", { class: "cl-actions" }, button(t("page.begin"), () => {
    byId("intro").remove();
    document.querySelector(".cl-firstline")?.remove(); // it was read; a small screen needs the room
    page.begin();
  })));
}

/** Tries again when the line broke: nobody should take the form that the server seals because of one lost answer. */
async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (const wait of [1000, 3000, 9000, 27_000]) {
    try {
      return await load();
    } catch (e) {
      if (!(e instanceof Refused) || (e.status > 0 && e.status < 500)) throw e;
      await new Promise((go) => setTimeout(go, wait));
    }
  }
  return load();
}

// When anything fails, the page stays as it is without scripts, and the line with the plain form appears by itself.
start().catch(() => undefined);

// Taking down a call: one page, by keyboard alone. What was typed is kept every ten seconds, sealed to the clerk; after it was handed in,
// nobody here can open it any more (docs/design/0021-entry-at-the-desk.md).
import { button, fill, focus, h, note } from "../../site/script/dom";
import { control, type Field as Question, faultList, faultOf } from "../../site/script/fields";
import { type Situation, stepsOf, visible } from "../../site/script/steps";
import { date, language, num, t } from "../../site/script/words";
import { get, post, Refused } from "./api";
import { bringBack, type Call, type Entries, handIn, type Handed, keep, missed, openCall, type Ready, sealCall, situation, type Stored } from "./entrydata";
import { onKey, opened, withKey } from "./keeper";
import { noUnit, otherUnits, type Plain, plainFacts } from "./plain";
import { keysOn } from "./queuekeys";
import type { Me } from "./signin";
import { type Facts, ready, type Unit } from "./unit";
import { act, Notice, page, sentence, type View } from "./view";

/** Milliseconds between drafts. */
const EVERY = 10_000;

/** What is being taken down. It outlives a locked key and a session that is over, and goes when somebody else comes. */
let live: { account: string; call: Call } | null = null;
/** The page of it, while it is shown. */
let current: { save(): Promise<void> } | null = null;

/** Before somebody signs out: what was typed is kept, and nothing of it stays in this window. */
export async function endCall(): Promise<void> {
  await current?.save();
  live = current = null;
}

export function entryView(me: Me): View {
  let shown: EntryPage | null = null;
  if (live !== null && live.account !== me.account) live = null;
  return {
    path: "entry", title: t("entry.title"), unlisted: true, under: "cases",
    draw: (box) => {
      shown?.end();
      shown = new EntryPage(me, box);
      return shown.start();
    },
    leave: () => {
      shown?.end();
      shown = null;
    },
  };
}

const EMPTY = ["wrong", "silent", "abusive"] as const;

class EntryPage {
  readonly #notice = new Notice();
  readonly #place = h("div", { class: "cl-entry" });
  #plain!: Plain;
  #unit = "";
  /** The offices for which this person takes calls. */
  #mine: Plain["units"] = [];
  #facts: Facts | null = null;
  #entries: Entries | null = null;
  #stop: (() => void)[] = [];

  constructor(private readonly me: Me, private readonly box: HTMLElement) {}

  async start(): Promise<void> {
    this.#plain = await plainFacts();
    const mine = this.#plain.units.filter((u) => u.roles.includes("intake"));
    const asked = new URLSearchParams(location.search).get("unit");
    const unit = mine.find((u) => u.unit === (live?.call.unit ?? asked)) ?? mine[0];
    if (unit === undefined) {
      if (this.#plain.units.length === 0) return noUnit(this.box, t("entry.title"));
      return void page(this.box, t("entry.title"), h("p", {}, t("entry.not_yours")));
    }
    this.#unit = unit.unit;
    this.#mine = mine;
    page(this.box, t("entry.title"), this.#notice.box, this.#place);
    this.#stop.push(onKey(this.#heard));
    this.#isShut = true;
    if (opened() === null) return this.#shut();
    await this.#begin();
  }

  end(): void {
    for (const f of this.#stop.splice(0)) f();
    current = null;
  }

  /** The key was opened here or by signing in again, or it was shut. */
  #heard = (): void => {
    if (opened() === null) this.#shut();
    else this.#begin().catch((e: unknown) => this.#notice.fault(sentence(e)));
  };

  #isShut = false;

  /** Nothing that the key opened stays on the page. The words wait in memory. */
  #shut(): void {
    this.#isShut = true;
    this.#notice.clear();
    const box = h("div", {});
    fill(this.#place, note("seal", t("entry.shut"), live === null ? t("entry.shut_text") : t("entry.shut_kept"), h("div", { class: "cl-actions" },
      act(t("desk.unlock"), t("desk.unlocking"), () => withKey(box, this.me, () => this.#begin()), (e) => this.#notice.fault(sentence(e)), "govuk-button govuk-button--secondary"))), box);
  }

  async #begin(): Promise<void> {
    if (!this.#isShut) return;
    this.#isShut = false;
    this.#facts = await ready(this.me);
    this.#entries = await get<Entries>(`work/${this.#unit}/entries`);
    if (live !== null) return this.#form(live.call);
    this.#lobby();
  }

  /** Before a call: start, what was left, and calls that are none. */
  #lobby(handed?: Handed): void {
    const e = this.#entries!;
    const fault = (x: unknown) => this.#notice.fault(sentence(x));
    const start = act(t("entry.start"), t("entry.starting"), async () => {
      this.#notice.clear();
      live = { account: this.me.account, call: await openCall(this.#unit, Date.now()) };
      this.#form(live.call);
    }, fault);
    start.id = "entry-start";
    const says = h("p", { class: "cl-hint", "aria-live": "polite" });
    const names: Record<string, string> = { wrong: t("entry.wrong"), silent: t("entry.silent"), abusive: t("entry.abusive") };
    const tally = h("p", { class: "cl-hint" });
    const count = () => fill(tally, t("entry.counted", { Wrong: num(e.calls["wrong"] ?? 0), Silent: num(e.calls["silent"] ?? 0), Abusive: num(e.calls["abusive"] ?? 0) }));
    const none = async (kind: (typeof EMPTY)[number]) => {
      await post(`work/${this.#unit}/entries/count`, { kind });
      (e.calls as Record<string, number>)[kind] = (e.calls[kind] ?? 0) + 1;
      count();
      says.textContent = t("entry.counted_one", { Kind: names[kind]! });
    };
    count();
    const left = e.open;
    fill(this.#place, otherUnits({ ...this.#plain, units: this.#mine }, this.#unit, "entry"), handed !== undefined && this.#told(handed),
      h("div", { class: "cl-actions" }, start),
      h("h2", {}, t("entry.none_title")), h("p", { class: "cl-hint" }, t("entry.none_text")),
      h("div", { class: "cl-actions" }, ...EMPTY.map((k) => {
        let before = Promise.resolve(); // two quick keys are two calls
        return h("button", { type: "button", class: "govuk-button govuk-button--secondary", "data-kind": k, click: () => void (before = before.then(() => none(k)).catch(fault)) }, names[k]!, " ", h("kbd", {}, k[0]!));
      })), tally, says,
      left.length > 0 && h("h2", {}, t("entry.left")), ...left.map((x) => this.#leftOne(x)));
    const hear = (k: KeyboardEvent) => {
      const kind = EMPTY.find((x) => x[0] === k.key);
      if (kind === undefined || live !== null || !keysOn() || k.defaultPrevented || k.isComposing || k.ctrlKey || k.metaKey || k.altKey) return;
      if (k.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(k.target.tagName)) return;
      k.preventDefault();
      this.#place.querySelector<HTMLButtonElement>(`[data-kind="${kind}"]`)?.click();
    };
    document.addEventListener("keydown", hear);
    this.#stop.push(() => document.removeEventListener("keydown", hear));
    focus(start);
  }

  #leftOne(x: Stored): HTMLElement {
    const fault = (e: unknown) => this.#notice.fault((e as { kind?: string }).kind === "signature" ? t("entry.false") : sentence(e));
    return h("section", { class: "cl-card" }, h("p", {}, t("entry.left_one", { Day: date(x.day) })), h("div", { class: "cl-actions" },
      act(t("entry.go_on"), t("entry.starting"), async () => {
        const call = await bringBack(this.#unit, x);
        live = { account: this.me.account, call };
        this.#form(call);
      }, fault),
      act(t("entry.throw"), t("entry.throwing"), async () => {
        await post(`work/${this.#unit}/entries/drop`, { case: x.case, kind: "" });
        await this.#again();
      }, fault, "govuk-button govuk-button--secondary")));
  }

  async #again(handed?: Handed, lang = ""): Promise<void> {
    live = null;
    this.#bye = { lang, text: this.#entries!.form.say[lang]?.["entry.say_bye"] ?? "" };
    this.end();
    this.#stop.push(onKey(this.#heard));
    this.#entries = await get<Entries>(`work/${this.#unit}/entries`);
    this.#lobby(handed);
  }

  /** What to tell the caller at the end. */
  #bye = { lang: "", text: "" };

  #told(r: Handed): HTMLElement {
    const says: Record<string, string> = { received: t("visit.promise_received"), first: t("visit.promise_first"), decision: t("visit.promise_decision"), outcome: t("visit.promise_outcome") };
    return note("ok", t("entry.handed_in"), t("entry.handed_in_text"), h("ul", {}, ...r.promises.map((p) => h("li", {}, `${says[p.step] ?? t("visit.promise_outcome")}: ${date(p.by)}`))), h("p", { class: "cl-saythis", lang: this.#bye.lang, dir: "auto" }, this.#bye.text));
  }

  #form(c: Call): void {
    this.#notice.clear();
    this.end();
    this.#stop.push(onKey(this.#heard));
    const form = new CallForm(c, this.#entries!, this.#plain, this.#facts!, this.#facts!.units.find((u) => u.unit === this.#unit)!, this.#place, this.#notice, (handed, lang) => this.#again(handed, lang));
    this.#stop.push(() => {
      void form.save(); // another place of the desk is shown
      form.end();
    });
    form.draw();
    current = form;
  }
}

/** The page of one call. */
class CallForm {
  readonly #s: Situation;
  #dirty = true;
  #saving: Promise<void> | null = null;
  /** Handed in, or thrown away. */
  #done = false;
  #timers: number[] = [];
  #ready: Ready | null = null;
  readonly #clock = h("span", { class: "cl-num" });
  readonly #state = h("span", { class: "cl-hint", id: "entry-saved", "aria-live": "polite" });
  readonly #faults = h("div", {});
  readonly #script = h("div", { class: "cl-say" });
  readonly #main = h("div", {});
  readonly #more = h("div", {});
  readonly #who = h("div", {});
  readonly #number = h("div", {});
  readonly #danger = h("div", {});
  #moreKeys = "";
  #whoKeys = "";

  constructor(private readonly c: Call, private readonly e: Entries, plain: Plain, private readonly facts: Facts, private readonly unit: Unit, private readonly place: HTMLElement, private readonly notice: Notice,
    private readonly over: (handed?: Handed, lang?: string) => Promise<void>) {
    this.#s = situation(c, e, plain.pack, unit.set);
    if (c.answers.one("lang") === "") c.answers.set("lang", language());
    if (c.answers.one("contact") === "") c.answers.set("contact", "anonymous");
    if (c.answers.one("wish") === "") c.answers.set("wish", "no");
  }

  end(): void {
    for (const x of this.#timers) clearInterval(x);
    document.removeEventListener("keydown", this.#hear);
    window.removeEventListener("beforeunload", this.#unload);
    this.place.removeEventListener("input", this.#typed);
    this.place.removeEventListener("change", this.#chose);
  }

  /** Asks before words that are not kept yet are lost. */
  #unload = (e: Event): void => {
    if (this.#dirty && !this.#done) e.preventDefault();
  };

  /** Keeps everything, what was typed while another draft was on its way, too. */
  async save(): Promise<void> {
    if (this.#saving !== null) await this.#saving;
    await this.#save();
  }

  draw(): void {
    const fault = (x: unknown) => this.notice.fault(sentence(x));
    const drop = (kind: string) => async () => {
      await post(`work/${this.c.unit}/entries/drop`, { case: this.c.case, kind });
      this.#done = true;
      await this.over();
    };
    const hand = act(t("entry.hand_in"), t("entry.handing_in"), () => this.#handIn(), fault);
    hand.id = "entry-hand-in";
    const away = h("details", { class: "cl-more" }, h("summary", {}, t("entry.away")), h("p", { class: "cl-hint" }, t("entry.away_text")), h("div", { class: "cl-actions" },
      ...([["wrong", t("entry.wrong")], ["silent", t("entry.silent")], ["abusive", t("entry.abusive")], ["dropped", t("entry.dropped")], ["", t("entry.throw")]] as const).map(([kind, name]) => {
        const b = act(name, t("entry.throwing"), drop(kind), fault, "govuk-button govuk-button--secondary");
        b.dataset["drop"] = kind === "" ? "throw" : kind;
        return b;
      })));
    fill(this.place,
      h("div", { class: "cl-entrybar" }, h("span", {}, t("entry.running"), " ", this.#clock), this.#state, button(t("entry.emergency"), () => this.#emergency(), "govuk-button govuk-button--warning")),
      this.#danger, this.#faults, this.#language(), this.#script, this.#consent(), this.#main, this.#more, this.#who, this.#number,
      h("div", { class: "cl-actions" }, hand, h("span", { class: "cl-hint" }, h("kbd", {}, "Ctrl"), " + ", h("kbd", {}, "Enter"))), away);
    this.#say();
    this.#questions();
    this.#follow();
    this.#readBack();
    this.place.addEventListener("input", this.#typed);
    this.place.addEventListener("change", this.#chose);
    document.addEventListener("keydown", this.#hear);
    window.addEventListener("beforeunload", this.#unload);
    this.#timers.push(window.setInterval(() => this.#tick(), 1000), window.setInterval(() => void this.#save(), EVERY));
    this.#tick();
    this.#shows();
    void this.#save();
    focus(this.place.querySelector<HTMLElement>("#consent"));
  }

  #hear = (k: KeyboardEvent): void => {
    if (k.isComposing || k.defaultPrevented) return;
    if (k.key === "Enter" && (k.ctrlKey || k.metaKey)) {
      k.preventDefault();
      this.place.querySelector<HTMLButtonElement>("#entry-hand-in")?.click();
    } else if (k.key === "F2") {
      k.preventDefault();
      this.#emergency();
    }
  };

  #typed = (): void => {
    this.#dirty = true;
    this.#ready = null;
    this.#shows();
  };

  #chose = (): void => {
    this.#typed();
    this.#follow();
    void this.#save();
  };

  #tick(): void {
    const s = Math.max(0, Math.floor((Date.now() - this.c.began) / 1000));
    this.#clock.textContent = `${String(Math.floor(s / 60)).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`;
  }

  #shows(failed = ""): void {
    this.#state.textContent = failed !== "" ? failed : this.#dirty ? t("entry.unsaved") : this.c.version > 0 ? t("entry.saved") : "";
    this.#state.dataset["saved"] = failed === "" && !this.#dirty && this.c.version > 0 ? "yes" : "no";
  }

  /** Keeps what is there, one draft at a time. A line that is down is tried again at the next turn. */
  async #save(): Promise<void> {
    if (this.#saving !== null) return this.#saving;
    if (!this.#dirty || this.#done || this.#ready !== null || opened() === null) return;
    this.#saving = (async () => {
      this.#dirty = false;
      try {
        await keep(this.c);
        this.#shows();
      } catch (e) {
        this.#dirty = true;
        if (e instanceof Refused && e.key === "store.entry_moved" && (await this.#caughtUp())) return this.#shows();
        this.#shows(e instanceof Refused && e.status !== 0 ? sentence(e) : t("entry.no_line"));
      } finally {
        this.#saving = null;
      }
    })();
    return this.#saving;
  }

  /** The answer to the last draft was lost, and the server has it: go on from there. */
  async #caughtUp(): Promise<boolean> {
    const now = (await get<Entries>(`work/${this.c.unit}/entries`)).open.find((x) => x.case === this.c.case);
    if (now === undefined || now.version !== this.c.version + 1 || now.sealed === null || !this.c.sent.includes(now.sealed)) return false; // another window has it
    this.c.version = now.version;
    this.c.sent = [];
    return true;
  }

  #language(): HTMLElement {
    const f = this.#field("lang");
    return f === undefined ? h("div", {}) : control({ ...f, label: t("entry.lang") }, this.c.answers, false);
  }

  /** The sentences to be read out, in the caller's language. */
  #say(): void {
    const lang = this.c.answers.one("lang");
    const say = this.e.form.say[lang] ?? {};
    fill(this.#script, h("h2", {}, t("entry.say")), ...["entry.say_hello", "entry.say_consent"].map((k) => h("p", { class: "cl-saythis", lang, dir: "auto" }, say[k] ?? "")));
  }

  #consent(fault = ""): HTMLElement {
    const f: Question = { kind: "one", key: "consent", label: t("entry.consent"), hint: "", optional: false, max: 0, options: [{ id: "recording", label: t("entry.consent_recording") }, { id: "minutes", label: t("entry.consent_minutes"), hint: t("entry.consent_minutes_hint") }] };
    if (this.c.consent !== "") this.c.answers.set("consent", this.c.consent);
    const box = h("div", { id: "entry-consent" }, control(f, this.c.answers, false, fault));
    box.addEventListener("change", () => {
      this.c.consent = this.c.answers.one("consent");
    });
    return box;
  }

  #field(key: string): Question | undefined {
    for (const s of stepsOf(this.#s)) for (const f of s.fields) if (f.key === key) return f;
    return undefined;
  }

  /** A question with, below its label, how it is asked in the caller's language. */
  #ask(f: Question, said: string | undefined, fault = ""): HTMLElement {
    const box = h("div", { "data-key": f.key }, control(f, this.c.answers, false, fault));
    const lang = this.c.answers.one("lang");
    if (lang !== language() && said !== undefined && said !== "") box.querySelector("label, legend")?.after(h("p", { class: "cl-saythis", lang, dir: "auto" }, said));
    return box;
  }

  #said = (key: string): string | undefined => this.e.form.say[this.c.answers.one("lang")]?.[key];

  #category(): Question {
    const open = this.e.form.categories.filter((x) => this.e.approved.includes(x.id));
    return { kind: "one", key: "category", label: t("entry.category"), hint: t("entry.category_hint"), optional: false, max: 0, missing: t("intake.category_unknown"), options: open.map((x) => ({ id: x.id, label: x.name, hint: x.tests.join("\n") })) };
  }

  /** The questions that every call is asked. */
  #common(): { f: Question; said: string | undefined }[] {
    const out: { f: Question; said: string | undefined }[] = [];
    const add = (f: Question | undefined, key: string) => {
      // The hints speak to a reporter who reads them alone.
      if (f !== undefined) out.push({ f: { ...f, hint: "", options: f.options.map(({ id, label }) => ({ id, label })) }, said: this.#said(key) });
    };
    add(this.#field("danger"), "site.q_danger");
    out.push({ f: this.#category(), said: undefined });
    for (const [key, say] of [["what", "site.q_what"], ["date", "site.q_date"], ["when", "site.q_when"], ["where", "site.q_where"], ["region", "site.q_region"], ["how", "site.q_how"], ["told", "site.q_told"]] as const) add(this.#field(key), say);
    return out;
  }

  #details(): { f: Question; said: string | undefined }[] {
    const labels = this.e.form.labels[this.c.answers.one("lang")] ?? {};
    return visible(this.#s).flatMap((q) => {
      const f = this.#field("a-" + q.id);
      return f === undefined ? [] : [{ f, said: labels[`${this.c.answers.one("category")}/${q.id}`] }];
    });
  }

  #person(): { f: Question; said: string | undefined }[] {
    return (["contact", "name", "reach", "wish"] as const).flatMap((key) => {
      const f = this.#field(key);
      const missing = key === "name" ? t("entry.name_missing") : key === "reach" ? t("entry.reach_missing") : f?.missing;
      return f === undefined ? [] : [{ f: { ...f, ...(missing !== undefined && { missing }) }, said: this.#said(key === "name" || key === "reach" ? `page.person_${key}` : `page.${key}`) }];
    });
  }

  #questions(faults: ReadonlyMap<string, string> = new Map()): void {
    const draw = (all: { f: Question; said: string | undefined }[]) => all.map(({ f, said }) => this.#ask(f, said, faults.get(f.key)));
    fill(this.#main, ...draw(this.#common()));
    fill(this.#more, ...draw(this.#details()));
    fill(this.#who, ...draw(this.#person()));
    this.#moreKeys = keysOf(this.#details());
    this.#whoKeys = keysOf(this.#person());
  }

  /** What depends on an answer follows it. What is being typed elsewhere stays as it is. */
  #follow(): void {
    const said = this.#script.querySelector("[lang]")?.getAttribute("lang");
    if (said !== this.c.answers.one("lang")) {
      this.#say();
      this.#questions();
      this.#readBack();
    }
    const draw = (box: HTMLElement, all: { f: Question; said: string | undefined }[]) => fill(box, ...all.map(({ f, said: words }) => this.#ask(f, words)));
    if (keysOf(this.#details()) !== this.#moreKeys) {
      draw(this.#more, this.#details());
      this.#moreKeys = keysOf(this.#details());
    }
    if (keysOf(this.#person()) !== this.#whoKeys) {
      const at = document.activeElement?.id ?? "";
      draw(this.#who, this.#person());
      this.#whoKeys = keysOf(this.#person());
      if (at !== "") document.getElementById(at)?.focus();
    }
    if (this.c.answers.one("danger") === "yes") this.#warn();
    else fill(this.#danger);
  }

  #warn(): void {
    const lang = this.c.answers.one("lang");
    fill(this.#danger, note("danger", t("entry.danger", { Number: this.e.form.emergency }), h("p", { class: "cl-saythis", lang, dir: "auto" }, this.#said("entry.say_danger") ?? "")));
  }

  /** Somebody is in danger: says what to say, and notes it. */
  #emergency(): void {
    this.c.answers.set("danger", "yes");
    const now = this.#common().find((x) => x.f.key === "danger");
    const old = this.#main.querySelector('[data-key="danger"]');
    if (now !== undefined && old !== null) old.replaceWith(this.#ask(now.f, now.said));
    this.#warn();
    this.#typed();
    void this.#save();
    focus(this.#danger.firstElementChild as HTMLElement | null);
  }

  /** The number is read aloud, and typed from what the caller reads back. */
  #readBack(fault: readonly number[] | null = null): void {
    const c = this.c;
    if (c.read) return fill(this.#number, note("ok", t("entry.number_read")));
    if (c.number === "") return fill(this.#number, note("warn", t("entry.number_none")));
    const lang = c.answers.one("lang");
    const input = h("input", { class: "govuk-input govuk-input--width-20", id: "read-back", type: "text", inputmode: "numeric", autocomplete: "off", dir: "ltr", "aria-describedby": "read-back-says" });
    const says = h("p", { class: fault === null ? "govuk-hint" : "govuk-error-message", id: "read-back-says" },
      fault === null ? t("entry.number_hint") : fault.length === 4 ? t("entry.number_other") : t("entry.number_group", { Groups: fault.map((n) => num(n)).join(" · ") }), c.misses > 1 ? " " + t("entry.number_slow") : "");
    const check = () => {
      const groups = missed(c.number, input.value);
      if (groups.length > 0) {
        c.misses++;
        this.#readBack(groups);
        this.#number.querySelector<HTMLElement>("#read-back")?.focus();
      } else {
        c.read = true;
        c.number = "";
        this.#readBack();
        focus(this.place.querySelector<HTMLElement>("#entry-hand-in"));
      }
      this.#typed();
      void this.#save();
    };
    input.addEventListener("input", (e) => {
      if (!(e as InputEvent).isComposing && input.value.replace(/[^0-9]/g, "").length >= 16) check();
    });
    input.addEventListener("keydown", (k) => {
      if (k.key === "Enter" && !k.isComposing && !k.ctrlKey && !k.metaKey) {
        k.preventDefault();
        check();
      }
    });
    fill(this.#number, h("section", { class: "cl-card" }, h("h2", {}, t("entry.number")), h("p", { class: "cl-saythis", lang, dir: "auto" }, this.#said("entry.say_number") ?? ""),
      h("p", { class: "cl-code", id: "pick-up", dir: "ltr", translate: "no" }, c.number), h("label", { class: "govuk-label", for: "read-back" }, t("entry.number_back")), says, input));
  }

  /**
   * Sends it. Without an answer it may be there already: nothing can be changed then, and the same is sent again. A refusal opens the
   * fields again.
   */
  async #sends(r: Ready): Promise<Handed> {
    const fields = [this.#main, this.#more, this.#who, this.#number];
    for (const f of fields) f.inert = true;
    try {
      return await handIn(r);
    } catch (e) {
      if (e instanceof Refused && e.status === 0) throw e;
      for (const f of fields) f.inert = false;
      this.#ready = null;
      throw e;
    }
  }

  async #handIn(): Promise<void> {
    this.notice.clear();
    if (this.#ready === null) {
      const faults = new Map<string, string>();
      if (this.c.consent === "") faults.set("consent", t("entry.consent_missing"));
      for (const { f } of [...this.#common(), ...this.#details(), ...this.#person()]) {
        const text = faultOf(f, this.c.answers, this.e.today);
        if (text !== "") faults.set(f.key, text);
      }
      this.#questions(faults);
      this.place.querySelector("#entry-consent")?.replaceWith(this.#consent(faults.get("consent")));
      const list = faultList([...faults].map(([key, text]) => ({ key, text })));
      fill(this.#faults, list);
      if (list !== null) return focus(list);
      this.#ready = await sealCall(this.c, this.#s, this.facts, this.unit, Date.now());
    }
    const handed = await this.#sends(this.#ready);
    this.#done = true;
    const lang = this.c.answers.one("lang");
    this.c.answers.clear();
    await this.over(handed, lang);
  }
}

const keysOf = (all: readonly { f: Question }[]): string => all.map(({ f }) => f.key).join(" ");

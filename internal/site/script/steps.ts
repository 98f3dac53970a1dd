// The questions of a report, one a step, given what was answered so far.
import type { KeySet } from "../../../browser/src/proof/keyset";
import { type Answers, dateOf, type Field, faultOf } from "./fields";
import type { Category, Form, Offer, Question } from "./form";
import { t } from "./words";

/** The parts of the way, for the bar above a question. */
export type Part = "screen" | "category" | "questions" | "details" | "files" | "you" | "reply" | "check";

/** One screen. Steps without fields draw themselves. */
export interface Step {
  id: string;
  part: Part;
  /** Heading, when there is more than one field. */
  title?: string;
  lede?: string;
  fields: Field[];
}

/** Everything that the steps depend on. */
export interface Situation {
  form: Form;
  offer: Offer;
  keys: KeySet | null;
  answers: Answers;
}

/** The way from the first question to the last look. */
export function stepsOf(s: Situation): Step[] {
  const q = common(s.form);
  const steps: Step[] = [
    { id: "screen", part: "screen", fields: [screenField(s.form)] },
    { id: "category", part: "category", fields: [] },
    { id: "danger", part: "questions", fields: [q.danger] },
    { id: "what", part: "questions", fields: [q.what] },
    { id: "when", part: "questions", title: t("page.when_title"), fields: [q.date, q.when] },
    { id: "where", part: "questions", fields: [q.where] },
    { id: "region", part: "questions", fields: [q.region] },
    { id: "how", part: "questions", fields: [q.how] },
    { id: "told", part: "questions", fields: [q.told] },
  ];
  for (const d of visible(s)) steps.push({ id: "a-" + d.id, part: "details", fields: [questionField(d)] });
  steps.push({ id: "files", part: "files", fields: [] });
  if (hasCustodians(s.keys)) {
    steps.push({ id: "contact", part: "you", fields: [contactField()] });
    if (s.answers.one("contact") === "confidential" || s.answers.one("contact") === "named")
      steps.push({ id: "person", part: "you", title: t("page.person_title"), lede: t("page.person_lede"), fields: personFields(s.form, s.answers) });
    steps.push({ id: "wish", part: "you", fields: [wishField()] });
    if (s.answers.one("wish") === "yes") steps.push({ id: "phrase", part: "you", fields: [phraseField(s.form)] });
  }
  if (s.form.langs.length > 1) steps.push({ id: "lang", part: "reply", fields: [langField(s.form)] });
  if (officesOf(s).length > 1) steps.push({ id: "office", part: "reply", fields: [officeField(s)] });
  steps.push({ id: "code", part: "reply", fields: [codeField()] }, { id: "check", part: "check", fields: [] });
  return steps;
}

/** The parts that the way has, in order. */
export function partsOf(steps: readonly Step[], identity: boolean): Part[] {
  const all: Part[] = [];
  for (const s of steps) if (!all.includes(s.part)) all.push(s.part);
  if (!all.includes("details")) all.splice(3, 0, "details"); // the number must not change with the category
  if (identity && !all.includes("you")) all.splice(5, 0, "you"); // nor with the moment at which the keys arrive
  return all;
}

export function partName(p: Part): string {
  switch (p) {
    case "screen":
      return t("site.step_screen");
    case "category":
      return t("site.step_category");
    case "questions":
      return t("site.step_questions");
    case "details":
      return t("site.step_details");
    case "files":
      return t("site.step_files");
    case "you":
      return t("page.step_you");
    case "reply":
      return t("site.step_reply");
    case "check":
      return t("site.step_check");
  }
}

/** Identities and rewards are offered only where two custodians and an inspector hold keys. */
export const hasCustodians = (k: KeySet | null): boolean => k !== null && k.custodians.length >= 2 && k.inspectors.length >= 1;

export const categoryOf = (s: Situation): Category | undefined =>
  s.form.categories.find((c) => c.id === s.answers.one("category") && (s.offer.categories ?? []).some((o) => o.id === c.id));

/** The questions of the category that are asked, given the answers. */
export function visible(s: Situation): Question[] {
  const out: Question[] = [];
  for (const q of categoryOf(s)?.questions ?? []) {
    const on = q.when;
    const asked = on === null || (out.some((o) => o.id === on.question) && s.answers.all("a-" + on.question).some((v) => on.any.includes(v)));
    if (asked) out.push(q);
  }
  return out;
}

/** What is wrong with a step, by the key of the field to go to. */
export function faultsOf(step: Step, s: Situation): { key: string; text: string }[] {
  if (step.id === "category") return categoryOf(s) === undefined ? [{ key: "category", text: t("intake.category_unknown") }] : [];
  const out: { key: string; text: string }[] = [];
  for (const f of step.fields) {
    const text = faultOf(f, s.answers, s.offer.today);
    if (text !== "") out.push({ key: f.key, text });
  }
  return out;
}

/** The office that reads such a report, and the one above it. */
export function officesOf(s: Situation): { id: string; name: string; above: string }[] {
  const region = (s.form.regions ?? []).find((r) => r.id === s.answers.one("region"));
  const usual = s.form.offices.find((o) => o.id === (region?.office ?? categoryOf(s)?.office));
  if (usual === undefined) return [];
  const above = s.form.offices.find((o) => o.id === usual.above);
  return above === undefined ? [usual] : [usual, above];
}

/** The office that the reporter chose, or the usual one. */
export function officeOf(s: Situation): { id: string; name: string } | undefined {
  const all = officesOf(s);
  return all.find((o) => o.id === s.answers.one("office")) ?? all[0];
}

/** Date and words together, as the report has them. */
export function whenText(s: Situation, words: string): string {
  const d = dateOf(s.answers, "date", s.offer.today);
  return `${"value" in d ? d.value : ""} ${words}`.trim();
}

const field = (kind: Field["kind"], key: string, label: string, hint: string, more: Partial<Field> = {}): Field => ({
  kind, key, label, hint, optional: false, options: [], max: 0, ...more,
});

function screenField(f: Form): Field {
  return field("one", "screen", f.screen.title, f.screen.intro, { missing: t("visit.screen_missing"), options: f.screen.options.map((o) => ({ id: o.id, label: o.label })) });
}

function common(f: Form) {
  return {
    danger: field("one", "danger", t("site.q_danger"), t("site.q_danger_hint"), {
      missing: t("intake.danger_missing"),
      options: [
        { id: "no", label: t("site.q_danger_no") },
        { id: "yes", label: t("site.q_danger_yes"), hint: t("site.q_danger_yes_hint") },
        { id: "unsure", label: t("site.q_danger_unsure") },
      ],
    }),
    what: field("long", "what", t("site.q_what"), t("site.q_what_hint"), { max: f.limits.account, rows: 9, missing: t("intake.what_missing") }),
    date: field("date", "date", t("site.q_date"), t("site.q_date_hint"), { optional: true }),
    when: field("text", "when", t("site.q_when"), t("site.q_when_hint"), { optional: true, max: f.limits.short }),
    where: field("text", "where", t("site.q_where"), t("site.q_where_hint"), { optional: true, max: f.limits.place }),
    region: field("select", "region", t("site.q_region"), t("site.q_region_hint"), {
      options: [{ id: "", label: t("site.q_region_none") }, ...(f.regions ?? []).map((r) => ({ id: r.id, label: r.name }))],
    }),
    how: field("many", "how", t("site.q_how"), t("site.q_how_hint"), {
      optional: true,
      options: [
        { id: "saw", label: t("site.q_how_saw") },
        { id: "heard", label: t("site.q_how_heard") },
        { id: "document", label: t("site.q_how_document") },
        { id: "device", label: t("site.q_how_device") },
        { id: "other", label: t("site.q_how_other") },
      ],
    }),
    told: field("long", "told", t("site.q_told"), t("site.q_told_hint"), { optional: true, rows: 3, max: 1000 }),
  };
}

/** A question of the pack. */
export function questionField(q: Question): Field {
  const kind = q.type === "place" ? "text" : q.type;
  return field(kind, "a-" + q.id, q.label, q.hint, {
    optional: !q.required, max: q.type === "one" || q.type === "many" || q.type === "date" ? 0 : q.max, rows: 5,
    options: (q.options ?? []).map((o) => ({ id: o.id, label: o.name })),
  });
}

function contactField(): Field {
  return field("one", "contact", t("page.contact"), t("page.contact_hint"), {
    missing: t("page.contact_missing"),
    options: [
      { id: "anonymous", label: t("page.contact_none"), hint: t("page.contact_none_hint") },
      { id: "confidential", label: t("page.contact_kept"), hint: t("page.contact_kept_hint") },
      { id: "named", label: t("page.contact_named"), hint: t("page.contact_named_hint") },
    ],
  });
}

function personFields(f: Form, a: Answers): Field[] {
  const named = a.one("contact") === "named";
  return [
    field("text", "name", t("page.person_name"), t("page.person_name_hint"), { max: f.limits.short, missing: t("page.person_name_missing") }),
    field("text", "reach", t("page.person_reach"), named ? t("page.person_reach_named") : t("page.person_reach_hint"), { max: f.limits.place, optional: !named, missing: t("page.person_reach_missing") }),
  ];
}

function wishField(): Field {
  return field("one", "wish", t("page.wish"), t("page.wish_hint"), {
    missing: t("page.wish_missing"),
    options: [{ id: "no", label: t("page.wish_no"), hint: t("page.wish_no_hint") }, { id: "yes", label: t("page.wish_yes") }],
  });
}

function phraseField(f: Form): Field {
  return field("text", "phrase", t("page.phrase"), t("page.phrase_hint"), { optional: true, max: f.limits.short });
}

function langField(f: Form): Field {
  return field("one", "lang", t("site.reply_lang"), "", { missing: t("intake.lang_missing"), options: f.langs.map((l) => ({ id: l.id, label: l.name })) });
}

function officeField(s: Situation): Field {
  const hints = [t("site.office_usual"), t("site.office_above")];
  return field("one", "office", t("site.office"), t("site.office_hint"), {
    missing: t("intake.office_unknown"), preset: officesOf(s)[0]?.id ?? "", options: officesOf(s).map((o, n) => ({ id: o.id, label: o.name, hint: hints[n]! })),
  });
}

/** Digits or words; also for a new code. */
export function codeField(): Field {
  return field("one", "code", t("site.code_kind"), t("site.code_kind_hint"), {
    missing: t("intake.code_kind_missing"),
    options: [
      { id: "digits", label: t("site.code_digits"), hint: t("site.code_digits_hint") },
      { id: "words", label: t("site.code_words"), hint: t("site.code_words_hint") },
    ],
  });
}

// Texts, days, numbers and sizes in the page's language. The words come with the form's description.

type Forms = Readonly<Record<string, string>>;
type Args = Readonly<Record<string, string | number>>;

let texts: Readonly<Record<string, Forms>> = {};
let lang = "";

/** Takes the words of a language. */
export function speak(tag: string, words: Readonly<Record<string, Forms>>): void {
  texts = words;
  lang = tag;
}

/** The language that is spoken. */
export const language = (): string => lang;

/** The text of a key, filled in. The argument Count chooses the plural form. */
export function t(key: string, args: Args = {}): string {
  const forms = texts[key];
  if (forms === undefined) return "〔…〕";
  const count = args["Count"];
  const form = typeof count === "number" ? forms[plural(count)] : undefined;
  return (form ?? forms["other"] ?? "").replace(/\{\{\.([A-Za-z]+)\}\}/g, (_, name: string) => {
    const v = args[name];
    return v === undefined ? "" : typeof v === "number" ? num(v) : v;
  });
}

/** Tells whether there is a text of that key. */
export const has = (key: string): boolean => texts[key] !== undefined;

function plural(n: number): string {
  return typeof Intl === "object" && "PluralRules" in Intl ? new Intl.PluralRules(lang).select(n) : n === 1 ? "one" : "other";
}

/** A number, grouped as the language does. */
export function num(n: number): string {
  return n.toLocaleString(lang);
}

const months = (): string[] => [
  t("i18n.month_1"), t("i18n.month_2"), t("i18n.month_3"), t("i18n.month_4"), t("i18n.month_5"), t("i18n.month_6"),
  t("i18n.month_7"), t("i18n.month_8"), t("i18n.month_9"), t("i18n.month_10"), t("i18n.month_11"), t("i18n.month_12"),
];

/** A day (YYYY-MM-DD) in full. What is no day is nothing: the server may have said it. */
export function date(day: string): string {
  const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  return m === null ? "" : t("i18n.date", { Year: m[1]!, Month: months()[Number(m[2]) - 1]!, Day: String(Number(m[3])) });
}

/** A day without its year. */
export function dayMonth(day: string): string {
  const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  return m === null ? "" : t("i18n.daymonth", { Month: months()[Number(m[2]) - 1]!, Day: String(Number(m[3])) });
}

/** A size in bytes, in units of 1024. */
export function bytes(n: number): string {
  if (n < 1024) return t("i18n.bytes", { N: n });
  const kb = n / 1024;
  if (kb < 1023.5) return t("i18n.kb", { N: String(Math.round(kb)) });
  const mb = kb / 1024;
  if (mb < 1023.5) return t("i18n.mb", { N: mb < 9.95 ? mb.toFixed(1) : String(Math.round(mb)) });
  return t("i18n.gb", { N: (mb / 1024).toFixed(1) });
}

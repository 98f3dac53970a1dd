// What the server says of the form. It is checked against the hash that the page brings, so it is as good as the page.
import { fromUtf8, hexHash } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import { get, getJSON } from "./net";

export interface Named {
  id: string;
  name: string;
}

export interface Phone {
  label: string;
  number: string;
  tel: string;
  hours: string;
  note: string;
}

export interface ScreenOption {
  id: string;
  label: string;
  outcome: "continue" | "away" | "call";
  why: string;
  title: string;
  text: string;
  addresses: { name: string; lines: string[] | null; number: string; tel: string }[] | null;
}

export interface Question {
  id: string;
  type: "text" | "long" | "one" | "many" | "date" | "place";
  label: string;
  hint: string;
  options: Named[] | null;
  required: boolean;
  max: number;
  when: { question: string; any: string[] } | null;
}

export interface Category {
  id: string;
  name: string;
  summary: string;
  tests: string[];
  yes: string[];
  no: string[];
  law: string[] | null;
  office: string;
  questions: Question[] | null;
}

/** docs/spec/api.md, "The form". */
export interface Form {
  v: number;
  lang: string;
  authority: string;
  place: string;
  langs: Named[];
  limits: { short: number; place: number; long: number; account: number; files: number; file: number };
  emergency: Phone;
  hotline: Phone | null;
  screen: { title: string; intro: string; options: ScreenOption[] };
  categories: Category[];
  none: ScreenOption | null;
  offices: { id: string; name: string; above: string }[];
  regions: { id: string; name: string; office: string }[] | null;
  hours: string;
  texts: Record<string, Record<string, string>>;
}

/** What changes without a release. */
export interface Offer {
  open: boolean;
  today: string;
  categories: { id: string; day: string }[] | null;
  staffed: boolean;
  /** When somebody reads again, or "". */
  next_day: string;
  next_time: string;
  /** Identities and rewards can be offered. */
  identity: boolean;
}

/** Fetches the form in the language with this segment and refuses any other bytes than those with the hash. */
export async function loadForm(segment: string, hash: string): Promise<Form> {
  const body = await get(`/${segment}/api/form`);
  if (hexHash(body) !== hash) throw new Fault("format", "another form");
  return JSON.parse(fromUtf8(body) ?? "") as Form;
}

export const loadOffer = (segment: string): Promise<Offer> => getJSON<Offer>(`/${segment}/api/offer`);

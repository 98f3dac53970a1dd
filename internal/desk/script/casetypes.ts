// A case as the server hands it out (docs/design/0012). Nothing in it is true by itself: what is sealed inside says more.
import type { StoredDocument } from "../../../browser/src/staff/casefile";

export interface CaseEvent {
  seq: number;
  kind: string;
  /** YYYY-MM-DD. */
  day: string;
  /** RFC 3339, or "" for what reporters and clocks do. */
  at: string;
  member: string;
  /** In whose place, "" for nobody's. */
  for: string;
  from: string;
  to: string;
  code: string;
  doc: string;
  clock: string;
  due: string;
}

export interface CaseClock {
  clock: string;
  started: string;
  due: string;
  state: "running" | "paused" | "settled" | "breached";
  /** Per cent of the time. */
  used: number;
  /** Days. */
  elapsed: number;
  settled: string;
  late: boolean;
  /** The time is the reporter's or the person reported's. */
  theirs: boolean;
  /** Counted in working days up to a day whose holidays nobody has published. */
  provisional: boolean;
}

export interface CaseDoc extends StoredDocument {
  prev: string;
  files: { blob: string; size: number }[];
}

/** What somebody of this person's roles could do from this state; why is "" or the key of the refusal. */
export interface Offer {
  act: string;
  why: string;
}

export interface Waiting {
  seq: number;
  kind: string;
  code: string;
  doc: string;
  by: string;
  approvals: number;
  needed: number;
  refusals: number;
  refusals_needed: number;
}

/** What the server knows of a case. Nothing in it is true by itself: what is sealed inside says more. */
export interface Routing {
  number: string;
  case: string;
  category: string;
  region: string;
  via: string;
  lang: string;
  danger: boolean;
  contact: string;
  wish: boolean;
  sealed: string;
  day: string;
  state: string;
  version: number;
  handler: string;
  /** HH:MM where the authority is, while a danger is not settled. */
  raised: string;
}

/** A case, as GET work/U/case/N answers. */
export interface CaseFile extends Routing {
  unit: string;
  flagged: boolean;
  /** Who is here stands in for the handler, who is away. */
  standing: boolean;
  identity: string;
  events: CaseEvent[];
  clocks: CaseClock[];
  docs: CaseDoc[];
  mailbox: { recipient: string; sign: string } | null;
  first_keys: { recipient: string; sign: string }[];
  acts: Offer[];
  proposal: Waiting | null;
  /** reads: the case's language, as they say. away: the last day of their absence, "" for who is there. */
  handlers: { id: string; name: string; reads: boolean; away: string }[];
  /** Who else may see the case. */
  others: { id: string; name: string }[];
  /** Who take no part in it. */
  aside: { id: string; name: string }[];
  samples: { sample: number; inspector: string; recipient: string; sign: string; due: string; review: boolean }[];
  templates: string[];
  /** The earlier case that this one is linked to, with its finding once that was told. */
  parent: LinkedCase | null;
  /** The cases that are linked to this one. */
  linked: LinkedCase[];
  /** Offices that read it beside its own, with what they were given. */
  joined: { unit: string; since: string; docs: string[]; /** It was asked to take the case over, or will. */ lead: "" | "offered" | "taken" }[];
  /** Offices that who is here could ask to take it over. */
  leads: string[];
  /** Offices that who is here could let read it, or more of it. */
  could: string[];
  /** Offices that wrote in it beside its own, with the files of their rosters, oldest first. */
  offices: { unit: string; rosters: string[] }[];
}

/** Another case of the office, by number. */
export interface LinkedCase {
  number: string;
  state: string;
  finding: string;
}

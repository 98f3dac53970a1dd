// A case as this page opened it: every document checked, and whatever does not fit named.
import type { Report } from "../../../browser/src/bodies";
import type { CaseDoc } from "./casetypes";
export interface Doubt { chain: string; seq: number; key: string; args?: Readonly<Record<string, unknown>> }
export interface Item { doc: CaseDoc; kind: string; author: { role: string; id: string }; body: object | null; doubt?: Doubt }
export interface OpenedCase {
  report: Report;
  items: { reporter: Item[]; unit: Item[]; inside: Item[] };
  doubts: Doubt[];
  reply: { recipient: string; vouched: boolean; waiting: boolean };
  heads: { unit: { seq: number; hash: string }; inside: { seq: number; hash: string } };
  bytes(d: CaseDoc): Uint8Array;
}

import type { Report } from "../bodies";
import type { OpenedDocument } from "./casekeys";

/** A report that a member wrote down, with that member's signature alone; whose key it is, only a roster tells. */
export function typedIn(s: Pick<OpenedDocument, "body" | "signers"> & { document: Pick<OpenedDocument["document"], "author" | "kind" | "seq"> }): boolean {
  if (s.document.author.role !== "member" || s.document.kind !== "report" || s.document.seq !== 1 || s.body === null) return false;
  const { via, mailbox } = s.body as Report;
  return via !== "web" && [mailbox.auth, mailbox.recipient, mailbox.sign].every((k) => k === "") && s.signers.length === 1 && s.signers[0]!.role === "member";
}

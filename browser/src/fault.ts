/** The kinds of fault. They are those of the Go packages seal and proof; a page turns each into a sentence. */
export type Kind =
  | "wrong_key" // well formed, and none of the keys opens it
  | "format" // not in the format, changed, or cut
  | "recipient" // no age1pq1 key, one twice, or one too many
  | "identity" // no AGE-SECRET-KEY-PQ-1 key
  | "secret" // a secret was about to be written out by accident
  | "too_large"
  | "document"
  | "signature"
  | "request"
  | "instance"
  | "code"
  | "words" // not the word list
  | "chain"
  | "file"
  | "key"
  | "origin" // of another log or installation
  | "opening"
  | "not_included"
  | "inconsistent" // the log was rewritten
  | "root"
  | "countersignature"
  | "older"
  | "addition" // a roster that neither the root nor two members of the one before may make
  | "no_proof"
  | "picture" // a structure that the cleaner does not know
  | "share"
  | "upload"
  | "work"
  | "selftest"
  // Of staff. Places and numbers count from 1.
  | "word" // what: the place of a typed word that cannot stand there
  | "length" // what: how many words were typed
  | "sheet" // what: damaged, elsewhere, kind, kit, twice, few; "unknown" for a sheet that was not made just now, "none" for sheets that together give another key
  | "fingerprint" // what: the id of a holder whose words are others
  | "key_file"
  | "list" // what: why a list cannot be made
  | "copy" // what: the office and the first day of a key that a recovery kit does not open, or would not
  | "locked" // there is no key here any more
  | "order"; // a message that fits no moment

/**
 * Everything that this library throws on purpose. `what` is for people who look for a fault, in English, and never
 * holds the words, codes or keys that caused it.
 */
export class Fault extends Error {
  constructor(
    readonly kind: Kind,
    readonly what = "",
  ) {
    super(what === "" ? kind : `${kind}: ${what}`);
  }
}

/** Names the first item of a chain of documents that does not fit. */
export class ChainFault extends Fault {
  constructor(
    readonly fault: "instance" | "case" | "chain" | "unit" | "repeat" | "gap" | "order" | "prev" | "erase",
    /** Index in the items, from 0. */
    readonly position: number,
    /** The number that was due there. */
    readonly want: number,
  ) {
    super("chain", fault);
  }
}

/** Tells in what an attachment differs from its description. */
export class FileFault extends Fault {
  constructor(readonly fault: "description" | "sealed_size" | "sealed_hash" | "damaged" | "size" | "content" | "padding") {
    super("file", fault);
  }
}

/** Runs read and gives its result, or the fault `kind` for whatever a library throws in it. */
export function orFault<T>(kind: Kind, read: () => T): T {
  try {
    return read();
  } catch (e) {
    if (e instanceof Fault) throw e;
    throw new Fault(kind);
  }
}

// What the static page brings: whom to trust, and where our own files are. It is the same for every visitor.
import { Fault } from "../../../browser/src/fault";
import { type KeySet, verifyKeySet } from "../../../browser/src/proof/keyset";
import { byId } from "./dom";
import { get, Refused } from "./net";

const data = (name: string): string => byId("app").dataset[name] ?? "";

/** First part of the path, such as zh. */
export const segmentOf = (lang: string): string => lang.split("-")[0]!.toLowerCase();

/** Hex hash of the description of the form in a language. */
export function formHash(segment: string): string {
  for (const pair of data("forms").split(" ")) {
    const [of, hash] = pair.split(":");
    if (of === segment) return hash ?? "";
  }
  return "";
}

/** The root key, or "" while there are no keys. */
export const root = (): string => data("root");

let keys: Promise<KeySet> | null = null;

/**
 * The keys of the installation, only with the signature of the root that the page names, and the proof that they were
 * published. A failure is forgotten, so that the next call tries again.
 */
export function loadKeys(): Promise<KeySet> {
  keys ??= get("/keys.json").then((body) => {
    const set = verifyKeySet(body, { root: root(), requireProof: true });
    // The page, whose hash is on the public log, says which list was in force: one from before would bring back old keys.
    if (set.version < Number(data("version"))) throw new Fault("older");
    for (const [name, key] of [["ack", set.ack], ["publiclog", set.logs.public], ["caselog", set.logs.cases]] as const)
      if (data(name) !== key.line) throw new Fault("origin", "other keys than the page's");
    return set;
  });
  keys.catch(() => (keys = null));
  return keys;
}

/** Lets the next call fetch the keys again: the server says that others are in force. */
export const forgetKeys = (): void => void (keys = null);

interface Policy {
  createScriptURL(url: string): string;
}

/** One named policy: only the scripts that the page itself names may be started. */
const policy: Policy | undefined = (
  window as unknown as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }
).trustedTypes?.createPolicy("clarion", {
  createScriptURL: (url) => {
    if (![data("files"), data("work"), data("words")].includes(url)) throw new TypeError("not a script of this page");
    return url;
  },
});

const trusted = (url: string): string => policy?.createScriptURL(url) ?? url;

/** Starts a worker of the page; whoever calls ends it. */
export function startWorker(name: "files" | "work"): MessageEnd & { terminate(): void } {
  return new Worker(trusted(data(name))) as unknown as MessageEnd & { terminate(): void };
}

/** Loads the word list, which most people do not need. */
export function loadWords(): Promise<readonly string[]> {
  const have = () => (window as unknown as { clarionWords?: { list: readonly string[] } }).clarionWords?.list;
  return new Promise((done, fail) => {
    const there = have();
    if (there !== undefined) return done(there);
    const s = document.createElement("script");
    s.integrity = data("wordshash");
    s.crossOrigin = "anonymous"; // Integrity-Policy asks for it
    // A line that falls silent must not keep somebody waiting for ever.
    const over = setTimeout(() => fail(new Refused(0, "", 0)), 60_000);
    s.onload = () => (clearTimeout(over), have() === undefined ? fail(new Refused(0, "", 0)) : done(have()!));
    s.onerror = () => fail(new Refused(0, "", 0));
    s.src = trusted(data("words"));
    document.head.appendChild(s);
  });
}

/** Leaves at once: the page is emptied, its entries in the history are stepped over, and a neutral page comes. */
export function leaveBy(link: HTMLAnchorElement, depth: () => number, wipe: () => void): void {
  link.addEventListener("click", (e) => {
    e.preventDefault();
    const to = link.href;
    const back = depth();
    wipe();
    document.body.textContent = "";
    document.title = "";
    const go = () => location.replace(to);
    if (back === 0) return go();
    window.addEventListener("popstate", go);
    setTimeout(go, 400); // some browsers of chat apps do not tell
    history.go(-back);
  });
}

// The shell of a door: it takes the texts, learns who is here, and shows the place that the address names.
import { roleName } from "./names";
import { byId, fill, focus, h, icon, note } from "../../site/script/dom";
import { speak, t } from "../../site/script/words";
import { get, getHashed, onSessionOver, post, Refused, speakTo, useToken } from "./api";
import { caseView } from "./case";
import { holders } from "./holders";
import { home } from "./home";
import { join } from "./join";
import { keys } from "./keys";
import { kit } from "./kit";
import { lockKeys, onKey, opened } from "./keeper";
import { people } from "./people";
import { account } from "./account";
import { away } from "./away";
import { board } from "./board";
import { clockDays } from "./clockdays";
import { load } from "./load";
import { othersView, sharedView } from "./others";
import { endCall, entryView } from "./entry";
import { ownPage } from "./ownpage";
import { configuration, hours, offices } from "./admin";
import { alike } from "./floods";
import { alarms, clocks } from "./inspectalarms";
import { audit, notices } from "./inspectaudit";
import { reviews } from "./inspectreviews";
import { samples } from "./inspectsamples";
import { approvals, lists } from "./inspector";
import { staffing } from "./staffing";
import { cases } from "./queue";
import { rules } from "./rules";
import { type Me, signIn } from "./signin";
import { sentence, type View } from "./view";

const app = byId("app");
const door = app.dataset["door"] ?? "";
const segment = location.pathname.split("/")[1] ?? "";
const starting = byId("starting");
let me: Me | null = null;
let shown: View | null = null;
/** The address of what is shown. */
let here = "";

/** The places of this door for who is here. The first is where one lands. */
function places(): View[] {
  if (me === null) return [];
  if (door === "inspect") return [home(me), alarms(), reviews(me), samples(me), clocks(), audit(), notices(), rules(), lists(me), approvals(me), staffing(true), account(me, ended)];
  if (me.role === "administrator") return [home(me), keys(me), kit(), people(me), offices(), staffing(false), hours(), configuration(), away(me, "people"), account(me, ended)];
  return me.role === "member" ? [cases(me), board(me), clockDays(), load(), caseView(me), othersView(), sharedView(me), alike(me), entryView(me), ownPage(me), holders(me), rules(), staffing(true), away(me, "account"), home(me, "before"), account(me, ended)] : [home(me), account(me, ended)];
}

function pathNow(): string {
  return location.pathname.split("/").slice(2).join("/").replace(/\/+$/, "");
}

/** Shows what the address names. */
async function show(): Promise<void> {
  const path = pathNow();
  app.removeAttribute("aria-busy");
  if (path === "join") return draw(join(door, entered));
  if (me === null) return draw(signIn(door, entered));
  const all = places();
  if (path === "" && all[0] !== undefined && all[0].path !== "") {
    history.replaceState(null, "", href(all[0].path));
    return show();
  }
  bar(all, path);
  await draw(at(all, path) ?? { path, title: t("desk.fault_404"), draw: (box) => fill(box, h("h1", { tabindex: "-1" }, t("desk.fault_404")), h("p", {}, h("a", { href: href("") }, t("desk.fault_home")))) });
}

/** The place that an address names. */
const at = (all: readonly View[], path: string): View | undefined => all.find((v) => v.path === path) ?? all.find((v) => v.below === true && path.startsWith(v.path + "/"));

async function draw(v: View): Promise<void> {
  shown?.leave?.();
  shown = v;
  here = location.pathname + location.search;
  document.title = `${v.title} – ${app.dataset["authority"] ?? ""}`;
  for (const a of document.querySelectorAll<HTMLAnchorElement>("a.cl-lang")) a.href = "/" + (a.getAttribute("href") ?? "").split("/")[1] + "/" + (v.below === true ? pathNow() : v.path) + (v.path === "join" ? location.hash : "");
  const box = h("div", {});
  fill(app, box);
  try {
    await v.draw(box);
  } catch (e) {
    fill(box, h("h1", { tabindex: "-1" }, v.title), h("div", { class: "cl-gap" }, note("danger", sentence(e))), h("p", { class: "cl-gap" }, h("a", { href: here, "data-again": true }, t("desk.again"))));
  }
  if (!box.contains(document.activeElement)) focus(box.querySelector("h1"));
}

const href = (path: string): string => "/" + segment + "/" + path;

/** The bar at the top: where one can go, who is here, and the way out. */
function bar(all: View[], path: string): void {
  const nav = byId("nav");
  const who = byId("who");
  nav.hidden = who.hidden = me === null;
  if (me === null) return;
  const now = at(all, path);
  fill(nav, h("ul", { class: "cl-nav" }, ...all.filter((v) => v.unlisted !== true).map((v) => h("li", {}, h("a", { href: href(v.path), "aria-current": v === now ? "page" : v.path === now?.under ? "true" : undefined }, v.title)))));
  const key = opened() !== null
    ? [h("span", { class: "cl-nowrap" }, icon("key"), " ", t("desk.key_open")), h("button", { type: "button", click: () => lockKeys() }, t("desk.key_lock"))]
    : [h("span", { class: "cl-nowrap" }, icon("lock"), " ", t("desk.key_shut"))];
  fill(who, ...key, h("span", { class: "cl-who" }, h("bdi", {}, me.name), " · ", roleName(me.role)), h("button", { type: "button", click: () => void leave() }, t("desk.sign_out")));
}

async function leave(): Promise<void> {
  await endCall();
  lockKeys();
  try {
    await post("sign-out", { everywhere: false });
  } catch {
    // The session ends by itself; the keys are gone already.
  }
  ended();
}

/** The session is over: what is on the page is left alone until somebody signs in again, unless it asked for that. */
function ended(): void {
  me = null;
  useToken("");
  byId("nav").hidden = byId("who").hidden = true;
  history.replaceState(null, "", href(""));
  void show();
}

/** The session is over while somebody works: what is on the page stays below the way in, and goes on once they are back. */
function lapsed(): void {
  const before = me;
  if (before === null || document.getElementById("lapsed") !== null) return;
  useToken("");
  const box = h("div", {});
  const card = h("section", { class: "cl-card", id: "lapsed" }, note("warn", t("desk.lapsed"), t("desk.lapsed_text")), box);
  app.prepend(card);
  void signIn(door, (m) => {
    card.remove();
    if (m.account !== before.account) return entered(m);
    me = m;
    useToken(m.token);
    bar(places(), pathNow());
  }).draw(box);
}

function entered(m: Me): void {
  me = m;
  useToken(m.token);
  if (pathNow() === "join" || pathNow() === "sign-in") history.replaceState(null, "", href(""));
  void show();
}

async function start(): Promise<void> {
  starting.hidden = false;
  speakTo(segment);
  const words = await getHashed<{ lang: string; texts: Record<string, Record<string, string>> }>("texts", app.dataset["texts"] ?? "");
  speak(words.lang, words.texts);
  onKey(() => bar(places(), pathNow()));
  onSessionOver(lapsed);
  window.addEventListener("popstate", () => {
    const to = location.pathname + location.search;
    const from = here;
    const go = () => {
      if (location.pathname + location.search !== to) history.pushState(null, "", to);
      void show();
    };
    if (to === from && shown?.mayLeave !== undefined) return; // only what stands behind # has changed
    if (shown?.mayLeave?.(go) !== false) return go();
    history.pushState(null, "", from); // the address is that of what stays
  });
  document.addEventListener("click", (e) => {
    const a = e.target instanceof Element ? e.target.closest("a") : null;
    if (a === null || a.classList.contains("cl-lang") || a.target !== "" || a.origin !== location.origin || e.ctrlKey || e.metaKey || e.shiftKey || !a.pathname.startsWith("/" + segment + "/") || a.getAttribute("href")?.startsWith("#") === true) return;
    e.preventDefault();
    const go = () => {
      if (a.pathname + a.search !== location.pathname + location.search) history.pushState(null, "", a.pathname + a.search);
      void show();
    };
    if (shown?.mayLeave?.(go) !== false) go();
  });
  try {
    me = await get<Me>("me");
    useToken(me.token);
  } catch (e) {
    if (!(e instanceof Refused) || e.status !== 401) throw e;
  }
  await show();
}

start().catch(() => {
  app.removeAttribute("aria-busy");
  starting.textContent = starting.dataset["failed"] ?? ""; // from the page itself: the texts may be what did not come
  fill(app, starting);
});

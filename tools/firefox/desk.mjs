// A member at the desk in a stock Firefox: signs in, looks at the list, opens a case, turns the page right to left on a small
// screen, writes a note and locks the key. Prints as JSON what was seen, and every error of the console.
// Argument: JSON of {firefox, profile, url, account, passphrase, code, number, note}.
import puppeteer from "puppeteer-core";

const o = JSON.parse(process.argv[2]);
const browser = await puppeteer.launch({ browser: "firefox", executablePath: o.firefox, headless: true, userDataDir: o.profile, protocolTimeout: 600_000 });
const page = await browser.newPage();
const errors = [];
page.on("console", (m) => (m.type() === "error" || m.type() === "warn") && errors.push(m.type() + ": " + m.text()));
page.on("pageerror", (e) => errors.push("page: " + e.message));
page.on("dialog", (d) => void d.dismiss());
await page.setViewport({ width: 1280, height: 1000 });
const until = (test) => page.waitForFunction(test, { timeout: 240_000, polling: 50 });
const press = (selector) => page.evaluate((s) => document.querySelector(s).click(), selector);
const write = (id, text) => page.evaluate((i, x) => {
  const e = document.getElementById(i);
  e.value = x;
  e.dispatchEvent(new Event("input", { bubbles: true }));
}, id, text);
const wide = () => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
const text = () => page.evaluate(() => document.body.innerText);
const got = { fault: "", wide: [] };

/** Turns the page over on a small screen and notes whether it is wider than that. */
async function turn(name) {
  await page.setViewport({ width: 390, height: 844 });
  for (const dir of ["ltr", "rtl"]) {
    await page.evaluate((d) => (document.documentElement.dir = d), dir);
    if (await wide()) got.wide.push(name + " " + dir);
  }
  await page.evaluate(() => document.documentElement.removeAttribute("dir"));
  await page.setViewport({ width: 1280, height: 1000 });
}

try {
  await page.goto(o.url + "/zh/cases?unit=unit-1");
  await until(`document.querySelector("#passphrase")`);
  await turn("sign-in");
  await write("sign-in-as", o.account);
  await write("passphrase", o.passphrase);
  await write("code", o.code);
  await press("#app .cl-actions button");
  await until(`document.querySelector("tr[data-number] [data-title=open]")`);
  got.list = await text();
  await turn("list");
  await press(`tr[data-number="${o.number}"] a`);
  await until(`document.querySelector("#report") && document.querySelector("#report").closest(".cl-island:not(.cl-island--shut)")`);
  got.case = await text();
  await turn("case");
  await write("note-text", o.note);
  await press(`[data-form="note"] > .cl-actions button`);
  await until(`document.querySelector("#app > div > .cl-note--ok")`);
  await press("#who button");
  await until(`document.querySelector("#unlock-words")`);
  got.shut = await text();
} catch (e) {
  got.fault = String(e);
  got.page = await text().catch(() => "");
} finally {
  await browser.close();
}
console.log(JSON.stringify({ ...got, errors }));

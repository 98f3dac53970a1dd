// Sends one Chinese report from a stock Firefox, as a person would, and prints the code as JSON; or, given a code, opens
// the mailbox, waits for a letter and answers it.
// Arguments: JSON of {firefox, url, profile, prefs} and {what, offer, picture, file} or {code, letter, answer}.
import puppeteer from "puppeteer-core";

const o = JSON.parse(process.argv[2]);
const browser = await puppeteer.launch({
  browser: "firefox", executablePath: o.firefox, headless: true, userDataDir: o.profile, extraPrefsFirefox: o.prefs, protocolTimeout: 600_000,
});
const page = await browser.newPage();
await page.setViewport({ width: 360, height: 640 });
const until = (test, timeout = 60_000) => page.waitForFunction(test, { timeout, polling: 50 });
const has = (selector) => `!!document.querySelector(${JSON.stringify(selector)})`;
const press = (selector) => page.evaluate((s) => document.querySelector(s).click(), selector);
const next = () => page.evaluate(() => [...document.querySelectorAll("#app .cl-actions")].pop().querySelector("button").click());
const write = (id, text) => page.evaluate((i, x) => {
  const e = i === "year" ? document.querySelector(".cl-date__year") : document.getElementById(i);
  e.value = x;
  e.dispatchEvent(new Event("input", { bubbles: true }));
}, id, text);
const mark = (group, value) => page.evaluate((g, v) => {
  const e = [...document.querySelectorAll("#app input")].find((x) => x.value === v && (x.id === g || x.id.startsWith(g + "-")));
  if (!e.checked) e.click();
}, group, value);

/** Answers one screen: group=value marks, id:text writes. */
async function step(...answers) {
  for (const a of answers) {
    const colon = a.indexOf(":");
    const equals = a.indexOf("=");
    if (colon > 0) await write(a.slice(0, colon), a.slice(colon + 1));
    else await mark(a.slice(0, equals), a.slice(equals + 1));
  }
  const before = await page.evaluate(() => document.querySelector("#app").innerText);
  await next();
  const after = await page.evaluate(() => document.querySelector("#app").innerText);
  if (after === before || (await page.evaluate(() => !!document.querySelector("#app .govuk-error-summary")))) throw new Error(answers + " was not taken: " + after);
}

async function choose(id, path, answer) {
  const input = await page.$("#" + id);
  await input.uploadFile(path);
  await until(has(answer));
  await press(".cl-card .cl-actions button");
}

async function comeBack() {
  await page.goto(o.url + "/zh/mailbox");
  await until(has("#code"));
  await write("code", o.code);
  await next();
  await until(`document.querySelector("#app").innerText.includes(${JSON.stringify(o.letter)})`);
  await write("answer", o.answer);
  await press("#send");
  await until(`document.querySelector("#app").innerText.includes("您的回答已加密发出")`);
  console.log(JSON.stringify({ code: o.code, fault: "" }));
}

async function report() {
  await page.goto(o.url + "/zh/report");
  await until(has("#app:not([hidden]) button"));
  await press("#app button");
  await until(has("#screen"));
  await step("screen=conduct");
  await step("category=protected-documents");
  await step("danger=no");
  await step("what:" + o.what);
  await step("year:2026", "date-m:3");
  for (let i = 0; i < 4; i++) await step();
  await step("a-means=pay");
  await step("a-offer:" + o.offer);
  await step("a-wanted=marked");
  await step();
  await step();
  await choose("pick-picture", o.picture, "#clean-clean");
  await until(`document.querySelectorAll(".cl-files .cl-tag--seal").length === 1`);
  const began = Date.now();
  if (o.file) {
    await choose("pick-file", o.file, ".cl-card button");
    await until(`document.querySelectorAll(".cl-files .cl-tag--seal").length === 2`, 500_000);
  }
  const upload = Date.now() - began;
  await step();
  await step("contact=anonymous");
  await step("wish=no");
  await step();
  await step("office=unit-1");
  await step("code=digits");
  await mark("honest", "on");
  await next();
  await until(has(".cl-code10 li"), 120_000);
  const got = await page.evaluate(() => ({
    code: [...document.querySelectorAll(".cl-code10 li")].map((e) => e.textContent).join(" "),
    fault: (document.querySelector("#app .cl-note--danger") || { innerText: "" }).innerText,
  }));
  console.log(JSON.stringify({ ...got, upload }));
}

try {
  await (o.code ? comeBack() : report());
} catch (e) {
  console.log(JSON.stringify({ code: "", fault: String(e), page: await page.evaluate(() => document.body.innerText).catch(() => "") }));
} finally {
  await browser.close();
}

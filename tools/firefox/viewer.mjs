// Opens files in the desk's viewer in a stock Firefox, and prints as JSON what became of each.
// Argument: a file with JSON of {firefox, profile, url, script, files: [{name, body}]}; bodies are base64.
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";

const o = JSON.parse(readFileSync(process.argv[2], "utf8"));
const browser = await puppeteer.launch({ browser: "firefox", executablePath: o.firefox, headless: true, userDataDir: o.profile, protocolTimeout: 600_000 });
const asked = [];
const out = {};
try {
  const page = await browser.newPage();
  page.on("request", (r) => asked.push(r.url()));
  await page.goto(o.url + "/en/");
  await page.waitForSelector("#passphrase");
  await page.evaluate(o.script + ";globalThis.clarionViewer = clarionViewer; null");
  await page.evaluate(async () => {
    const w = await (await fetch("/en/api/texts")).json();
    globalThis.clarionViewer.speak(w.lang, w.texts);
    document.getElementById("app").replaceChildren((globalThis.place = document.createElement("div")));
  });
  for (const f of o.files) {
    await page.evaluate((name, body) => {
      globalThis.viewer?.close();
      globalThis.viewer = globalThis.clarionViewer.openViewer(globalThis.place, new Blob([Uint8Array.from(atob(body), (c) => c.charCodeAt(0))]), { title: name });
    }, f.name, f.body);
    await page.waitForFunction(`document.querySelector(".cl-viewer")?.dataset.state`, { timeout: 120_000, polling: 50 });
    out[f.name] = await page.evaluate(() => {
      const e = document.querySelector(".cl-viewer");
      return { state: e.dataset.state, way: e.dataset.way, said: e.querySelector(":scope > [role=status]").innerText, page: document.title };
    });
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify({ files: out, asked: asked.filter((u) => !u.startsWith(o.url) && !u.startsWith("blob:")) }));

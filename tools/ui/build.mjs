// Writes internal/ui/dist/clarion.css: the parts of govuk-frontend that our pages use, then tokens.css, then
// clarion.css, as one minified file; and internal/desk/dist/desk.css, which staff load beside it. Run by `go generate ./internal/ui` after `npm ci` in this folder.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const css = here("../../internal/ui/css/");
const dist = here("../../internal/ui/dist/");

const govuk = sass.compile(css + "govuk.scss", {
  loadPaths: [here("node_modules/govuk-frontend/dist")],
  quietDeps: true,
  silenceDeprecations: ["import"],
  style: "compressed",
}).css;

const desk = here("../../internal/desk/");

const own = (path) => sass.compileString(readFileSync(path, "utf8"), { syntax: "css", style: "compressed" }).css;

mkdirSync(dist, { recursive: true });
for (const [file, parts] of [[dist + "clarion.css", [govuk, ...["tokens.css", "clarion.css", "pages.css"].map((name) => own(css + name))]], [desk + "dist/desk.css", readdirSync(desk + "css").filter((name) => name.endsWith(".css")).sort().map((name) => own(desk + "css/" + name))]]) {
  // Sass puts a byte-order mark before text that is not ASCII: it belongs at the start of a file or nowhere.
  const all = parts.map((part) => part.replace(/^\uFEFF|@charset "UTF-8";/g, "").trim()).join("\n") + "\n";
  if (/crown|GDS Transport|url\(/i.test(all)) throw new Error(file + " holds a font, picture or crown of others");
  writeFileSync(file, all);
}

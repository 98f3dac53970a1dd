// Writes internal/ui/dist/clarion.css: the parts of govuk-frontend that our pages use, then tokens.css, then
// clarion.css, as one minified file. Run by `go generate ./internal/ui` after `npm ci` in this folder.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
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

const own = ["tokens.css", "clarion.css", "pages.css"].map(
  (name) => sass.compileString(readFileSync(css + name, "utf8"), { syntax: "css", style: "compressed" }).css,
);

// Sass puts a byte-order mark before text that is not ASCII: it belongs at the start of a file or nowhere.
const all = [govuk, ...own].map((part) => part.replace(/^\uFEFF|@charset "UTF-8";/g, "").trim()).join("\n") + "\n";
if (/crown|GDS Transport|url\(/i.test(all)) throw new Error("clarion.css holds a font, picture or crown of others");

mkdirSync(dist, { recursive: true });
writeFileSync(dist + "clarion.css", all);

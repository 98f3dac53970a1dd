// One's own texts where something is written: chosen from a list, put in at the cursor, and changed there.
import { button, fill, foreign, h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { onKey, opened } from "./keeper";
import { own } from "./own";
import { type Field, sentence } from "./view";

/** The list below a field. It is fetched when somebody opens it, so that nothing is opened for who does not want it. */
export function textPicker(f: Field): HTMLElement {
  const list = h("div", {});
  let deaf = () => undefined as void;
  const box = h("details", { class: "cl-why cl-noprint", toggle: () => {
    deaf();
    fill(list); // what was opened does not stay behind a closed lid, nor behind a shut key
    if (!box.open) return;
    deaf = onKey(() => {
      if (opened() === null) box.open = false;
    });
    show().catch((e: unknown) => fill(list, h("p", { class: "cl-hint" }, (e as { kind?: string }).kind === "locked" ? t("own.shut") : sentence(e))));
  } }, h("summary", {}, t("own.text_put")), list);
  const show = async () => {
    const { texts } = await own();
    fill(list, texts.length === 0 ? h("p", { class: "cl-hint" }, t("own.text_none"), " ", h("a", { href: `/${location.pathname.split("/")[1] ?? ""}/own` }, t("own.text_page"))) : h("ul", { class: "cl-texts" }, ...texts.map((x) => {
      const b = button("", () => put(x.text), "cl-plainbutton cl-linklike");
      fill(b, foreign(x.name));
      b.title = x.text.slice(0, 200);
      return h("li", {}, b);
    })));
  };
  const put = (text: string) => {
    const i = f.input;
    i.setRangeText(text, i.selectionStart ?? i.value.length, i.selectionEnd ?? i.value.length, "end");
    i.dispatchEvent(new Event("input", { bubbles: true }));
    box.open = false;
    i.focus();
  };
  return box;
}

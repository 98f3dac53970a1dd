// Another language of the same page: the frame is taken from the other page, the answers stay where they are.

/** Replaces everything around the form by its counterpart of the page at url. The server's page runs no script here. */
export function otherLanguage(url: string): Promise<void> {
  return new Promise((done, fail) => {
    const r = new XMLHttpRequest();
    r.open("GET", url);
    r.responseType = "document";
    r.timeout = 30_000;
    r.onerror = r.ontimeout = () => fail(new Error("no answer"));
    r.onload = () => {
      const other = r.responseXML;
      if (r.status !== 200 || other === null || other.getElementById("app") === null) return fail(new Error("another page"));
      for (const place of [".govuk-skip-link", ".cl-head", ".cl-topline", ".cl-firstline", "#intro", ".cl-foot", ".cl-demo"]) {
        const here = document.querySelector(place);
        const there = other.querySelector(place);
        if (here === null || there === null) continue;
        here.replaceWith(document.importNode(there, true));
      }
      document.documentElement.lang = other.documentElement.lang;
      document.documentElement.dir = other.documentElement.dir;
      history.replaceState(history.state, "", url);
      done();
    };
    r.send();
  });
}

// Sections that plugins add to the page of a record, as the server renders them for whoever reads it.

import { key } from "./api.js";
import { h } from "./dom.js";
import { language } from "./texts.js";

/** Show below `root` what plugins say of the record of this page. The server leaves out a section that fails. */
export async function addSections(root) {
  const id = location.pathname.split("/").pop();
  const headers = { "Accept-Language": language };
  if (key()) headers.Authorization = `Bearer ${key()}`;
  const answer = await fetch(`/sections/${id}?lang=${language}`, { headers });
  const { sections } = answer.ok ? await answer.json() : { sections: [] };
  root.after(
    ...sections.map(({ title, html, plugin }) => {
      const body = h("div");
      body.innerHTML = html; // as trusted as a plugin's page; the policy of the page lets no script in it run
      return h("section", { class: "card", "data-plugin": plugin }, h("h2", {}, title), body);
    }),
  );
}

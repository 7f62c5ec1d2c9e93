// Choosing records by typing: a combobox by the ARIA pattern, and the chosen ones as a list.

import { announce, fill, h } from "../frame/dom.js";
import { showProblem } from "../frame/frame.js";
import "./texts.js";
import { number, t } from "../frame/texts.js";

let counter = 0;

/**
 * A labelled field. `find(text)` gives `[{id, name, help, kind?}]`; `chosen` is the list of `{id, name, kind?, weight?}`, which is
 * changed in place; `weighted` adds a weight to each; of more than `most` the first go; `changed()` is told.
 */
export function picker({ title, help, find, chosen, weighted = false, most = 200, changed }) {
  const id = `pick-${++counter}`;
  const list = h("ul", { class: "chosen" });
  const box = h("ul", { id: `${id}-list`, role: "listbox", class: "options", "aria-label": title, hidden: true });
  const field = h("input", {
    id,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: t("find"),
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    "aria-autocomplete": "list",
    "aria-describedby": help ? `${id}-help` : null,
    oninput: () => look(),
    onkeydown: (event) => press(event),
    onblur: () => setTimeout(close, 150),
  });
  let options = [];
  let at = -1;
  let question = 0;
  let timer;

  const close = () => {
    box.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const look = () => {
    clearTimeout(timer);
    const text = field.value.trim();
    const mine = ++question;
    if (!text) return close();
    timer = setTimeout(async () => {
      try {
        const found = await find(text);
        if (mine === question) offer(found);
      } catch (problem) {
        showProblem(problem);
      }
    }, 150);
  };
  const offer = (found) => {
    const taken = new Set(chosen.map((each) => each.id));
    options = found.filter((each) => !taken.has(each.id));
    at = options.length ? 0 : -1;
    fill(
      box,
      options.length
        ? options.map((each, index) =>
            h(
              "li",
              {
                id: `${id}-${index}`,
                role: "option",
                "aria-selected": String(index === at),
                onpointerdown: (event) => (event.preventDefault(), take(index)),
              },
              each.name,
              each.help && h("span", { class: "help" }, each.help),
            ),
          )
        : h(
            "li",
            { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "help" },
            t("nothingFound"),
          ),
    );
    box.hidden = false;
    field.setAttribute("aria-expanded", "true");
    point();
    announce(options.length ? t("foundCount", { count: options.length }) : t("nothingFound"));
  };
  const point = () => {
    [...box.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", `${id}-${at}`);
    box.children[at].scrollIntoView({ block: "nearest" });
  };
  const take = (index) => {
    const { id: own, name, kind } = options[index];
    if (chosen.length >= most) chosen.splice(0, chosen.length - most + 1);
    chosen.push({ id: own, name, ...(kind && { kind }), ...(weighted && { weight: 1 }) });
    field.value = "";
    question += 1;
    close();
    show();
    field.focus();
    changed();
  };
  const press = (event) => {
    if (event.key === "Escape" && !box.hidden) {
      event.preventDefault();
      close();
    } else if (box.hidden) {
      if (event.key === "ArrowDown" && field.value) look();
      if (event.key === "Enter") event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = options.length ? (at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length : -1;
      point();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (at >= 0) take(at);
    }
  };
  const drop = (each) => {
    chosen.splice(chosen.indexOf(each), 1);
    show();
    field.focus();
    changed();
  };
  const show = () =>
    fill(
      list,
      chosen.map((each) =>
        h(
          "li",
          {},
          h("span", { class: "name" }, each.name),
          weighted && weight(each, changed),
          h(
            "button",
            {
              type: "button",
              class: "quiet",
              "aria-label": t("remove", { name: each.name }),
              title: t("remove", { name: each.name }),
              onclick: () => drop(each),
            },
            "×",
          ),
        ),
      ),
    );
  show();
  return h(
    "div",
    { class: "field picker" },
    h("label", { for: id }, title),
    help && h("p", { class: "help", id: `${id}-help` }, help),
    list,
    h("div", { class: "combobox" }, field, box),
  );
}

function weight(each, changed) {
  const name = t("weightOf", { name: each.name });
  const shown = h("output", {}, number(each.weight));
  const input = h("input", {
    type: "range",
    min: "0.1",
    max: String(Math.max(3, each.weight)),
    step: "0.1",
    "aria-label": name,
    title: name,
    oninput: () => {
      each.weight = Number(input.value);
      shown.textContent = number(each.weight);
      changed();
    },
  });
  input.value = String(each.weight);
  return h("span", { class: "weight" }, input, shown);
}

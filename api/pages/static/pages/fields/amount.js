// Fields for amounts of money, and for their currency.

import { h } from "../frame/dom.js";
import "./texts.js";
import { t } from "../frame/texts.js";

const CURRENCIES = ["CNY", "USD", "EUR", "HKD", "JPY", "GBP", "SGD", "KRW"]; // what programmes deal in most

/** A labelled amount; `changed(text, valid)` gets it without separators, as the API takes it. */
export function amountField(id, label, present, changed) {
  const input = h("input", {
    id,
    type: "text",
    inputmode: "numeric",
    autocomplete: "off",
    oninput: () => {
      const text = input.value.replaceAll(/[\s,，]/g, "");
      const valid = text === "" || /^\d+(\.\d+)?$/.test(text);
      input.setAttribute("aria-invalid", String(!valid));
      changed(text, valid);
    },
  });
  input.value = present === "" ? "" : Number(present).toLocaleString("en");
  return h("div", {}, h("label", { for: id }, label), input);
}

/** A choice of currencies, with the `present` one among them. */
export function currencyField(id, present, changed) {
  const select = h(
    "select",
    { id, onchange: () => changed(select.value) },
    [...new Set([present, ...CURRENCIES])].map((each) => h("option", { value: each }, each)),
  );
  select.value = present;
  return h("div", {}, h("label", { for: id }, t("currency")), select);
}

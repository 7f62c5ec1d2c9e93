// The lists of records there are, to go from one to the other.

import { link } from "../frame/address.js";
import { h } from "../frame/dom.js";
import { ENTITIES } from "./entities/entities.js";
import { t } from "../frame/texts.js";

/** `shown`: the name of the list that is here. */
export const tabs = (shown) =>
  h(
    "nav",
    { class: "tabs", "aria-label": t("recordLists") },
    Object.values(ENTITIES).map(({ name }) =>
      h("a", { href: link(`/${name}`), "aria-current": name === shown && "page" }, t(`records_${name}`)),
    ),
  );

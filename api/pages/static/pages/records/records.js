// The page of a list of records, by the name in its address.

import { fill, h } from "../frame/dom.js";
import { page, titled } from "../frame/frame.js";
import { ENTITIES } from "./entities/entities.js";
import { RecordList } from "./list.js";
import { tabs } from "./tabs.js";
import "./texts.js";
import { t } from "../frame/texts.js";

page(async (root) => {
  const entity = ENTITIES[location.pathname.split("/")[1]];
  const list = h("div");
  titled(t(`records_${entity.name}`));
  fill(root, tabs(entity.name), h("h1", {}, t(`records_${entity.name}`)), list);
  await new RecordList(list, entity).show();
});

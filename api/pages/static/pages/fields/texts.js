// What fields of more than one form say.

import { addTexts } from "../frame/texts.js";

addTexts({
  find: ["Type to find", "输入以查找"],
  foundCount: ["{count} found", "找到 {count} 个"],
  nothingFound: ["Nothing found", "未找到"],
  remove: ["Remove {name}", "移除{name}"],
  least: ["From", "最低"],
  most: ["To", "最高"],
  currency: ["Currency", "货币"],
});

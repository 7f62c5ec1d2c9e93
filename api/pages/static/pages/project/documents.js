// A project's documents: files and links that the reader may see; whoever may change the project adds and removes them.

import { Problem, ask, change, key } from "../frame/api.js";
import { download, fill, h } from "../frame/dom.js";
import { showProblem, toast } from "../frame/frame.js";
import { at } from "../frame/language.js";
import { language, number, t } from "../frame/texts.js";

const documentKinds = {
  PLAN: ["Business plan", "商业计划书"],
  DECK: ["Slides", "路演材料"],
  PICTURE: ["Picture", "图片"],
  VIDEO: ["Film", "视频"],
  PHOTO: ["Photograph", "照片"],
  DECLARATION: ["Declaration", "声明承诺书"],
  CONTRACT: ["Contract", "合同"],
  SCORE_SHEET: ["Score sheet", "评分表"],
  OTHER: ["Other", "其他"],
};
const visibilities = {
  PUBLIC: ["Everyone", "所有人"],
  PARTICIPANTS: ["Everyone who is signed in", "所有登录用户"],
  INVESTORS: ["Investors, places and reviewers", "投资人、地方和评审"],
  ORGANISERS: ["Organisers only", "仅主办方"],
  OWNER: ["Its owner and organisers", "项目所有者和主办方"],
};
const ENDINGS = ".pdf,.pptx,.docx,.xlsx,.odp,.odt,.ods,.ppt,.doc,.xls,.png,.jpg,.jpeg,.gif,.webp,.mp4,.webm";

const named = (values, value) => values[value]?.[at] ?? value;

/** The card's content; `again` shows it anew after a change. */
export async function documents(id, mine, again) {
  const { project } = await ask("project-documents", { id });
  const { nodes } = project.documents;
  if (!nodes.length && !mine) return null;
  return [
    h("h2", {}, t("documents")),
    nodes.length === 0 && h("p", { class: "help" }, t("documentsEmpty")),
    nodes.length > 0 &&
      h(
        "ul",
        { class: "documents" },
        nodes.map((each) => line(each, mine, again)),
      ),
    mine && adding(id, again),
  ];
}

function line(document, mine, again) {
  const name = document.caption ?? document.fileName ?? document.link;
  const what = [
    named(documentKinds, document.kind),
    sized(document.size),
    mine && named(visibilities, document.visibility),
  ];
  return h(
    "li",
    {},
    document.link
      ? h("a", { href: document.link, rel: "noreferrer" }, name)
      : h("button", { type: "button", onclick: () => fetched(document).catch(showProblem) }, name),
    h("span", { class: "help" }, what.filter(Boolean).join(" · ")),
    document.mediaType?.startsWith("image/") && picture(document, name),
    mine &&
      h(
        "button",
        {
          type: "button",
          "aria-label": t("documentRemoveNamed", { name }),
          async onclick() {
            try {
              await change("document-archive", { id: document.id });
              toast(t("documentRemoved"));
              await again();
            } catch (problem) {
              showProblem(problem);
            }
          },
        },
        t("documentRemove"),
      ),
  );
}

const sized = (size) =>
  size === null ? null : size < 100_000 ? `${number(size / 1000)} kB` : `${number(Math.round(size / 1e5) / 10)} MB`;

/** A file's bytes with the reader's key, which no link or picture would send. */
async function bytes({ url }) {
  const headers = key() ? { Authorization: `Bearer ${key()}` } : {};
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Problem(null, await answer.text());
  return answer.blob();
}

async function fetched(document) {
  download(document.fileName, "", await bytes(document));
}

function picture(document, name) {
  const image = h("img", { alt: name, class: "document-picture" });
  bytes(document)
    .then((content) => (image.src = URL.createObjectURL(content)))
    .catch(() => image.remove());
  return image;
}

const labelled = (id, text, control) => h("div", { class: "field" }, h("label", { for: id }, text), control);
const select = (id, values, chosen) =>
  h(
    "select",
    { id },
    Object.keys(values).map((each) => h("option", { value: each, selected: each === chosen }, named(values, each))),
  );

/** The form that adds a file, or the address of a film. */
function adding(id, again) {
  const file = h("input", { id: "document-file", type: "file", accept: ENDINGS });
  const address = h("input", { id: "document-link", type: "url", pattern: "https?://.+", autocomplete: "off" });
  const kind = select("document-kind", documentKinds, "DECK");
  const shown = select("document-visibility", visibilities, "OWNER");
  const caption = h("input", { id: "document-caption", type: "text", maxlength: "200", autocomplete: "off" });
  const button = h("button", { type: "submit", class: "primary" }, t("documentAdd"));
  const form = h(
    "form",
    {
      class: "document-form",
      async onsubmit(event) {
        event.preventDefault();
        const [chosen] = file.files;
        button.disabled = true;
        try {
          if (Boolean(chosen) === Boolean(address.value)) throw new Problem(null, t("documentEither"));
          await change("document-add", {
            subject: id,
            kind: kind.value,
            visibility: shown.value,
            upload: chosen ? await sent(chosen) : null,
            link: chosen ? null : address.value,
            caption: caption.value ? [{ language, text: caption.value }] : null,
          });
          toast(t("documentAdded"));
          await again();
        } catch (problem) {
          showProblem(problem);
        } finally {
          button.disabled = false;
        }
      },
    },
    labelled("document-file", t("documentFile"), file),
    labelled("document-link", t("documentLink"), address),
    labelled("document-kind", t("documentKind"), kind),
    labelled("document-visibility", t("documentVisibility"), shown),
    labelled("document-caption", t("documentCaption"), caption),
    h("p", { class: "actions" }, button),
  );
  const box = h("details", {}, h("summary", {}, t("documentAddTitle")));
  fill(box, box.firstChild, form);
  return box;
}

/** Send a file to an address of its own; gives the upload's token. */
async function sent(file) {
  const { upload } = await change("document-upload", { name: file.name });
  const answer = await fetch(upload.url, { method: "PUT", body: file });
  if (!answer.ok) throw new Problem(null, await answer.text());
  return upload.token;
}

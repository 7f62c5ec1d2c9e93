// What can be taken along from a place: its list as rows and as a picture.

import { ask } from "../frame/api.js";
import { rankedSvg, rastered } from "./picture.js";
import { filterOf, optionsOf, PAGE } from "./state.js";
import { talkStage } from "./texts.js";
import { joined, t, word } from "../frame/texts.js";

const MOST_EXPORTED = 10_000;

/** The list as a picture. */
export const picture = (page) =>
  rankedSvg(t("pictureTitle", { place: page.place.name }), page.now.edges.slice(0, PAGE));

/** The same as pixels. */
export const raster = (page) => rastered(picture(page));

/** Everything that fits, at the weights of now, as rows: titles first. */
export async function table(page) {
  const names = page.blocks.map((block) => block.name);
  const rows = [
    [
      t("rank"),
      t("score"),
      "id",
      word("PROJECT"),
      t("byTrack"),
      t("origin"),
      t("byStage"),
      t("byLevel"),
      ...(page.talks ? [t("talks")] : []),
      ...page.blocks.map((each) => t("pointsOf", { block: each.description })),
      t("why"),
    ],
  ];
  let after = null;
  do {
    const data = await ask("place-list", {
      id: page.place.id,
      filter: filterOf(page.state),
      options: optionsOf(page.state),
      first: 100,
      after,
    });
    const ranked = data.place.rankedProjects;
    for (const { rank, score, contributions, reasons, node } of ranked.edges) {
      const points = new Map(contributions.map((each) => [each.block, each.points]));
      rows.push([
        rank,
        score,
        node.id,
        node.name,
        joined(node.tracks.map((each) => each.name)),
        node.origin?.name,
        word(node.fundingStage),
        word(node.technologyLevel),
        ...(page.talks ? [talkStage(page.talks.get(node.id)?.stage) ?? ""] : []),
        ...names.map((name) => points.get(name) ?? ""),
        reasons.join(" "),
      ]);
    }
    after = ranked.pageInfo.hasNextPage && rows.length < MOST_EXPORTED ? ranked.pageInfo.endCursor : null;
  } while (after);
  return rows;
}

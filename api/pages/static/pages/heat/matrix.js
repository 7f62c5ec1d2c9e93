// The matrix of fits as the picture shows it: lines in the order asked for, each field in words.

import { score, t } from "../frame/texts.js";

/**
 * Rows and columns `{id, name}`, and of each field its `value` (null where there is none), its `count` of projects and
 * what it `says`. The API's columns become rows, so that long names lie.
 */
export function arranged(matrix, order, ofTracks) {
  const cells = matrix.rows.map(
    (row) => row.cells?.map((cell) => [cell.score, cell.count]) ?? row.scores.map((points) => [points, 1]),
  );
  const [lines, places] = ordered(matrix, cells, order);
  const counted = lines.filter((at) => cells.some((line) => line[at][1]));
  const rows = counted.map((at) => matrix.columns[at]);
  const columns = places.map((at) => matrix.rows[at].place);
  const count = (row, column) => cells[places[column]][counted[row]][1];
  const value = (row, column) => (count(row, column) ? cells[places[column]][counted[row]][0] : null);
  const says = (row, column) => {
    const points = value(row, column);
    const said = t("cellSays", {
      row: rows[row].name,
      place: columns[column].name,
      score: points === null ? t("noneInTrack") : score(points),
    });
    return ofTracks && points !== null ? `${said} (${t("cellCount", { count: count(row, column) })})` : said;
  };
  return { rows, columns, value, count, says, ofTracks };
}

/** Positions of the API's columns and rows, in the order asked for. */
function ordered(matrix, cells, order) {
  if (order === "name") return [byName(matrix.columns), byName(matrix.rows.map((row) => row.place))];
  if (order !== "score") return [matrix.columnOrder, matrix.rowOrder];
  const best = matrix.columns.map((_, at) => Math.max(...cells.map((line) => line[at][0])));
  const bestOfPlace = cells.map((line) => Math.max(...line.map(([value]) => value)));
  const descending = (values) => values.map((_, at) => at).sort((a, b) => values[b] - values[a]);
  return [descending(best), descending(bestOfPlace)];
}

const byName = (things) => things.map((_, at) => at).sort((a, b) => things[a].name.localeCompare(things[b].name));

// Colours of pictures: scores between two colours that also those tell apart who see no red or green; tracks by ten.

const STOPS = {
  light: [
    [0, [166, 77, 20]],
    [0.3, [232, 176, 128]],
    [0.5, [243, 244, 246]],
    [0.7, [138, 185, 222]],
    [1, [11, 74, 125]],
  ],
  dark: [
    [0, [242, 156, 92]],
    [0.3, [140, 84, 46]],
    [0.5, [38, 45, 54]],
    [0.7, [45, 100, 146]],
    [1, [150, 208, 250]],
  ],
};
/** The same for points, which must be seen on the page's own colour. */
const POINTS = {
  light: [
    [0, [190, 84, 16]],
    [0.5, [168, 177, 188]],
    [1, [11, 74, 145]],
  ],
  dark: [
    [0, [246, 150, 80]],
    [0.5, [112, 122, 134]],
    [1, [130, 200, 255]],
  ],
};
const TRACKS = {
  light: ["#2f6fb2", "#c2682b", "#2a8a68", "#7a58b5", "#b54a76", "#8a7413", "#1c8a9c", "#9b3d2f", "#5d7a1f", "#4a5ba8"],
  dark: ["#6aa6e3", "#e59a5f", "#5bbd98", "#ac8fe0", "#e283a9", "#d5b45a", "#5cc2d2", "#e28575", "#a5c45c", "#8f9fe8"],
};

export const scheme = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
};

/** Call `changed` when light turns dark or the other way round. */
export function onScheme(changed) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

/** Red, green and blue of a score from 0 to 100; what lies beyond 20 and 80 is as strong as these. */
export function scoreColour(score, within = scheme(), points = false) {
  const stops = (points ? POINTS : STOPS)[within];
  const at = Math.min(1, Math.max(0, (score - 20) / 60));
  const next = Math.max(
    1,
    stops.findIndex(([stop]) => stop >= at),
  );
  const [[from, low], [to, high]] = [stops[next - 1], stops[next]];
  const share = (at - from) / (to - from);
  return low.map((value, channel) => Math.round(value + share * (high[channel] - value)));
}

export const rgb = (colour) => `rgb(${colour.join(" ")})`;
/** The colour of the track at a position; further ones and none share one. */
export const trackColour = (position, within = scheme()) => TRACKS[within][position ?? 99] ?? token("--f-other");
export const TRACK_COLOURS = TRACKS.light.length;
const tokens = new Map();

/** A colour of the styles as it is now: a canvas and a saved picture know neither tokens nor `light-dark()`. */
export function token(name) {
  const known = `${scheme()} ${name}`;
  if (!tokens.has(known)) {
    const probe = document.createElement("span");
    probe.style.setProperty("color", `var(${name})`);
    document.body.append(probe);
    tokens.set(known, getComputedStyle(probe).color);
    probe.remove();
  }
  return tokens.get(known);
}

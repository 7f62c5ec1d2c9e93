// The language of the page.

export const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

/** The position of this language in a pair of texts. */
export const at = language === "zh" ? 1 : 0;

// Pages that the server renders whole: the theme, signing in, and the language's link.

import { furnish } from "./frame.js";

furnish();

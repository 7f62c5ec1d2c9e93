"""Contents of a digest: the list as its investor sees it, the selection, and the wording."""

"""Files over HTTP: the address that takes an upload, and the one that gives a document."""

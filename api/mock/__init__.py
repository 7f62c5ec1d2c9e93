"""A server for front-end work: the real schema on the demo data, thrown away in the end, with delays and errors."""

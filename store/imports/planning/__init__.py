"""The meaning of a file: the mapping file, the headers, and the plan derived from both."""

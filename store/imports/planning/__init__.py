"""What a file means: the mapping file, the headers, and the plan made of both."""

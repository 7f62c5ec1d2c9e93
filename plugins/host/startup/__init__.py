"""The phases of the start: discovery, admission, ordering, collecting, clashes."""

"""The pool snapshot in memory: loading, saving, and following the change log."""

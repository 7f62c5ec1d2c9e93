"""Writing: inputs made from the declarations, who may write what, and the mutations."""

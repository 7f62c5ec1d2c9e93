"""A place's scenarios: alternative weights under a name."""

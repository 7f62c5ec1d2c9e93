"""Jobs: the worker that runs them, the server's own worker process, and core's kinds of jobs."""

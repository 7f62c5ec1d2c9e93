"""The queue of jobs: asked for, taken by lease, ended once. SQLite and PostgreSQL alike."""

"""Running and observing a server: workers, tasks, metrics, logs, telemetry, shutdown."""

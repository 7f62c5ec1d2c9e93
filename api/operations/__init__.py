"""What keeps a server running and watched: workers, tasks, metrics, logs, telemetry, shutdown."""

"""From declarations to Strawberry types."""

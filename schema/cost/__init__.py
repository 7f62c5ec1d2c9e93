"""What an operation costs, in points, known before it is executed."""

"""Answers questions: rankings, fits, explanations, what-if, why not."""

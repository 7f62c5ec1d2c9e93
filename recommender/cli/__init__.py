"""The recommender's commands: plain functions with annotations for Typer."""

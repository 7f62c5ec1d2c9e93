"""Builds Strawberry types from declarations."""

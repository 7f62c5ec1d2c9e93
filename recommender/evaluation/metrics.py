"""Ranking metrics, averaged over queries with standard errors."""

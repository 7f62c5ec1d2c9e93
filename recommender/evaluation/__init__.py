"""Measuring the ranking on real data: data sets, protocols, baselines, reports."""

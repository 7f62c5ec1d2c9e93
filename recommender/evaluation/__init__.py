"""Evaluation of rankings on real data: data sets, protocols, baselines, reports."""

"""Batch work on the whole store: encoding, weight training, calibration, bulk fits."""

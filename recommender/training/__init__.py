"""Work over everything: encoding, weight training, calibration, bulk fits."""

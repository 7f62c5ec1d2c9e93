"""The fit: query vectors, weights, the model, and scores."""

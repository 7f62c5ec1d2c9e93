"""What a fit is: query vectors, weights, the model, and its scores."""

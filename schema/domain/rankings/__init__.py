"""Rankings: permissions, requests to the recommender, and their types."""

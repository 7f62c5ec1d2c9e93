"""Rankings: who may ask for them, how they are asked of the recommender, and their types."""

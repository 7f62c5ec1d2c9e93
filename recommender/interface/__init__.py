"""The recommender's requests and answers: plain values without databases or arrays."""

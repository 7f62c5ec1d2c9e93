"""What is asked of the recommender and what it answers: plain values, free of databases and arrays."""

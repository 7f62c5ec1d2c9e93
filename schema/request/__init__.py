"""State shared by the resolvers of one operation."""

"""What the resolvers of one operation share."""

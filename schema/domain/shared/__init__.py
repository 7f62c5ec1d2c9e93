"""What several entities share: common fields, inputs, rules for writers, one write."""

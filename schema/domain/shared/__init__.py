"""Shared by entities: common fields, inputs, rules for writers, the write itself."""

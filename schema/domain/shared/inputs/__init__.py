"""Inputs of mutations: their types, their values, references and lists, and the rows that take them."""

"""SKOS-like vocabularies: schemes, concepts, crosswalks."""

"""What cells name: the keys, places, concepts, people and other records that the store has or lacks."""

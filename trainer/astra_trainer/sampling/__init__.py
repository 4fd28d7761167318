"""Drawing tokens: a key-value cache in slots, one batch for all who ask, results that no neighbour changes."""

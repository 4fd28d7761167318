"""Changing weights: losses, batches, optimizers, one RL step, SFT."""

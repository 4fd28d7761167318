"""What lies on disk: checkpoints that are whole or absent, and the home folder that holds them."""

"""What the evidence means: one port, several analysts."""

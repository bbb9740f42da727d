"""The durable log of facts, and what is derived from it and kept on disk."""

"""Speech of one floor, in a process of its own: its library costs time and memory that nobody else should pay."""

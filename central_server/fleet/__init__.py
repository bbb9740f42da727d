"""What the city's technicians see of all machines, and what they are told without looking."""

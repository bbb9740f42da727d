"""Pages for a phone: find a procedure, book a time, see how the queue stands. Server-rendered, without scripts."""

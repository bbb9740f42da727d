"""PDFs become dots, each document in a process of its own."""

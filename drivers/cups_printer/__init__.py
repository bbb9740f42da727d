"""A printer for A4 documents behind CUPS: our own IPP over one HTTP line, and what a spooler's word is worth."""

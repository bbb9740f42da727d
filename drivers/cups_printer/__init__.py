"""A printer for A4 documents behind CUPS: own IPP (RFC 8010, 8011), one HTTP line, and what a spooler's word is worth."""

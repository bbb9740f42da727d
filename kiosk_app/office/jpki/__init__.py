"""Whether a card's certificate and signature prove what they claim. Pure: bytes, keys and an instant in, values out."""

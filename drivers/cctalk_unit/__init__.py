"""A coin recycler and a note validator on one ccTalk bus."""

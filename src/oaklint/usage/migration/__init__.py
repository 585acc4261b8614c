"""How a program for openai 0.x is carried over to the SDK of today: as a whole, or not at all."""

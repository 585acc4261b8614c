"""What a program does with the answers of its requests: dicts in openai 0.x, objects with attributes since 1.0."""

"""What the text of a Python program means, knowing nothing of OpenAI."""

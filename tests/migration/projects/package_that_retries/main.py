from app import complete
print(complete("One", max_tokens=3))
print(complete("fails-once-429 Two", max_tokens=3))

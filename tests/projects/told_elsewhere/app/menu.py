from app.llm import names


def entries():
    found = names()
    if not found:
        print("There are no models: is the key right?")
    return found

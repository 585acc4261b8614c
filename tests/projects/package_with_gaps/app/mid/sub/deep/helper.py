def ask():
    return input("> ")

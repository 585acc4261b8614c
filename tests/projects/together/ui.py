"""Questions to the one who sits there."""


def again():
    return input("again? ") == "y"

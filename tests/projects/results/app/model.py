class Model:
    """What a model answers is for its heirs to say."""

    def __init__(self, instructions: str) -> None:
        self.instructions = instructions

    def prompt(self, text: str) -> str | None:
        for _ in range(3):
            try:
                return self.generate(text)
            except Exception as error:  # expect: OAK401
                self.note(error)
        return None

    def note(self, error: Exception) -> None:
        print(self.instructions, error)


class Listed:
    """This one keeps what answers."""

    def __init__(self, generate: object) -> None:
        self.generate = generate

    # fine: it is not known what answers
    def prompt(self, text: str) -> str | None:
        for _ in range(3):
            try:
                return self.generate(text)
            except Exception as error:
                print(error)
        return None

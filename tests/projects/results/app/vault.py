import os


class Vault:
    def export(self, name: str) -> None:
        os.environ["OPENAI_API_KEY"] = self.read(name)

    def read(self, name: str) -> str:
        with open(name) as file:
            return file.read().strip()

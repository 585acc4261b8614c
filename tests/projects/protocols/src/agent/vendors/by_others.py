"""Other vendors; the SDK is only spoken of: openai."""

import httpx


class Local:
    def complete(self, prompt: str) -> str:
        return httpx.post("http://localhost:11434/api/generate", json={"prompt": prompt}).json()["response"]

    def paint(self, prompt: str) -> bytes:
        return httpx.post("http://localhost:11434/api/paint", json={"prompt": prompt}).content


class LocalEmbedder:
    def embed(self, texts: list[str]) -> list[list[float]]:
        return [[float(len(text))] for text in texts]

    def dimensions(self) -> int:
        return 1

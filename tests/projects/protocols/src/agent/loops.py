"""Loops around the methods of protocols, in a file that imports neither the SDK nor who uses it."""

import asyncio
import time
from dataclasses import dataclass
from typing import Optional

from tenacity import retry, stop_after_attempt

from .errors import TransientError
from .llm import LLM, AsyncLLM, Careful, Embedder, Job, Painter, Patient, Translator, Voice


def ask(llm: LLM, prompt: str) -> str:
    while True:
        try:
            return llm.complete(prompt)
        except Exception as error:  # expect: OAK401
            print("again:", error)
            time.sleep(1)


@dataclass
class Agent:
    llm: "LLM"
    others: list[LLM]
    by_name: dict[str, LLM]
    embedder: Optional[Embedder] = None

    def run(self, prompt: str) -> str:
        for attempt in range(3):
            try:
                return self.llm.complete(prompt)
            except Exception:  # expect: OAK401
                time.sleep(attempt)
        raise RuntimeError("no answer")

    @retry(stop=stop_after_attempt(4))  # expect: OAK402
    def run_by(self, name: str, prompt: str) -> str:
        return self.by_name[name].complete(prompt)

    @retry(stop=stop_after_attempt(4))  # expect: OAK402
    def run_by_another(self, name: str, prompt: str) -> str:
        llm = self.by_name.get(name)
        return llm.complete(prompt)

    def in_rounds(self, prompt: str) -> str:
        for attempt in range(3):
            for llm in self.others:
                try:
                    return llm.complete(prompt)
                except Exception as error:  # expect: OAK401
                    print(llm, error)
        raise RuntimeError("no answer")

    # fine: each is asked once
    def by_anyone(self, prompt: str) -> str:
        for llm in self.others:
            try:
                return llm.complete(prompt)
            except Exception as error:
                print(llm, error)
        raise RuntimeError("no answer")

    # fine: likewise
    def by_anyone_known(self, prompt: str) -> str:
        for name, llm in self.by_name.items():
            try:
                return llm.complete(prompt)
            except Exception as error:
                print(name, error)
        raise RuntimeError("no answer")

    # fine: a loop for errors of its own
    def patiently(self, prompt: str) -> str:
        while True:
            try:
                return self.llm.complete(prompt)
            except TransientError:
                time.sleep(1)

    # fine: nobody in this project embeds by the SDK
    def embed(self, texts: list[str]) -> list[list[float]]:
        while True:
            try:
                return self.embedder.embed(texts)
            except Exception:
                time.sleep(1)


async def ask_soon(llm: AsyncLLM, prompt: str) -> str:
    while True:
        try:
            return await llm.acomplete(prompt)
        except Exception:  # expect: OAK401
            await asyncio.sleep(1)


def say(voice: Voice, prompt: str) -> str:
    while True:
        try:
            return voice.say(prompt)
        except Exception:  # expect: OAK401
            time.sleep(1)


# fine: who can translate does it by other arguments
def translate(translator: Translator, text: str) -> str:
    while True:
        try:
            return translator.translate(text, "Dutch")
        except Exception:
            time.sleep(1)


# fine: a wrong key has become an error that leaves
def ask_carefully(llm: Careful, prompt: str) -> str:
    while True:
        try:
            return llm.ask_carefully(prompt)
        except TransientError:
            time.sleep(1)
        except ValueError as error:
            print("again:", error)


# fine: only somebody else paints
def paint(painter: Painter, prompt: str) -> bytes:
    while True:
        try:
            return painter.paint(prompt)
        except Exception:
            time.sleep(1)


# fine: much can be run that is no such job
def run(job: Job):
    while True:
        try:
            return job.run()
        except Exception:
            time.sleep(1)


# fine: who could be asked has no patience
def ask_patiently(patient: Patient, prompt: str) -> str:
    while True:
        try:
            return patient.ask_patiently(prompt)
        except Exception:
            time.sleep(patient.patience)

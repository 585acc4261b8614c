import argparse
import os
import sys
import textwrap

import openai


def fail(message):
    print(f"error: {message}")
    raise SystemExit(1)


class Generator:
    def __init__(self, args):
        key = os.getenv("OPENAI_API_KEY")
        if key is None:
            fail("OPENAI_API_KEY is not set")
        openai.api_key = key
        self.args = args

    def prompt(self, diff):
        return textwrap.dedent(f"""\
            Write a commit message for this diff.

            {diff}""")

    def candidates(self, diff):
        try:
            res = openai.ChatCompletion.create(
                model=self.args.model,
                messages=[{"role": "user", "content": self.prompt(diff)}],
                n=self.args.count,
                temperature=self.args.temperature,
            )
        except openai.error.AuthenticationError:
            fail("invalid key")
        except openai.error.OpenAIError as e:
            fail(f"OpenAI said {e.http_status}")
        return [c.message.content.splitlines()[-1] for c in res.choices]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--model", default="gpt-3.5-turbo")
    p.add_argument("--count", type=int, default=2)
    p.add_argument("--temperature", type=float, default=0.5)
    args = p.parse_args()
    diff = sys.stdin.read().strip()
    for i, line in enumerate(Generator(args).candidates(diff), 1):
        print(i, line)


main()

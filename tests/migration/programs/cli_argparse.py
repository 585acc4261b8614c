#!/usr/bin/env python3
import argparse
import os
import sys

import openai


def parse_args():
    parser = argparse.ArgumentParser(description="Ask GPT something")
    parser.add_argument("prompt", nargs="+")
    parser.add_argument("-m", "--model", default="text-davinci-003")
    parser.add_argument("-n", type=int, default=1)
    parser.add_argument("--key", default=None, help="API key (default: $OPENAI_API_KEY)")
    return parser.parse_args()


def main():
    args = parse_args()
    openai.api_key = args.key or os.environ.get("OPENAI_API_KEY")
    if not openai.api_key:
        print("Please set OPENAI_API_KEY", file=sys.stderr)
        sys.exit(1)
    response = openai.Completion.create(
        model=args.model,
        prompt=" ".join(args.prompt),
        n=args.n,
        max_tokens=64,
    )
    for choice in response["choices"]:
        print(f"[{choice['index']}] {choice['text'].strip()}")


if __name__ == "__main__":
    main()

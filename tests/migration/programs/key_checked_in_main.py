import os
import openai


def main():
    if not os.environ.get("OPENAI_API_KEY"):
        print("Set it")
        return
    print(openai.Completion.create(model="gpt-4", prompt="a").choices[0].text)


if __name__ == "__main__":
    main()

from openai import OpenAI

llm = OpenAI()


def simplify(text: str) -> str:
    return llm.responses.create(model="gpt-5", input=text).output_text

from app import two


def ask(prompt):
    return prompt

from app import llm
from app.llm import Bot, greet
from app.menu import entries


def main(games, question):
    print(greet("you"))
    game = llm.pick(games)
    if game is None:
        print("The key is wrong. Take the first one:", games[0])
    else:
        print(game)
    print(entries() or "no models")
    answer = Bot().answer(question)
    print(answer if answer is not None else "Please tell an administrator to check the key.")


if __name__ == "__main__":
    main(["Azul", "Heat"], "How are you?")

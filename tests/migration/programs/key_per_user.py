import openai

USERS = {"alice": "key-for-alice", "bob": "key-for-bob"}


def ask(user, question):
    response = openai.ChatCompletion.create(
        api_key=USERS[user],
        model="gpt-3.5-turbo",
        messages=[{"role": "user", "content": question}],
        user=user,
    )
    return response.choices[0].message.content.strip()


print(ask("alice", "who am I?"))
print(ask("bob", "who am I?"))

import openai

response = openai.ChatCompletion.create(
    model="gpt-4",
    messages=[{"role": "user", "content": "f"}],
)  # type: ignore
print(f"{response['choices'][0]['message']['content']} / {response['usage']['total_tokens']:>5} / {response.id}")
print("Model: %(model)s" % {"model": response["model"]}, "Reason: {}".format(response.choices[0]["finish_reason"]))
print(f'{"yes" if response["choices"][0]["finish_reason"] == "stop" else "no"}', len(response["choices"]))
answer = response['choices'][0]['message']['content'].split(":")[-1].strip() if response['choices'] else None
print(answer)

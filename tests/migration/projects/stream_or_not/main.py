import llm
llm.setup()
print(llm.complete("a").choices[0].text)
for part in llm.complete("b c d", stream=True):
    print(part.choices[0].text, end="|")
print()

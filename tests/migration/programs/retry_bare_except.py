import openai
import traceback

max_tries = 3
for model in ["fails-once-503", "fails-400"]:
    tries = 0
    while True:
        try:
            out = openai.Completion.create(model=model, prompt="try hard", max_tokens=7)
            print(out["choices"][0]["text"].strip())
            break
        except:
            tries += 1
            assert "openai" in traceback.format_exc()
            if tries == max_tries:
                print("too bad")
                break
            print("trying again")

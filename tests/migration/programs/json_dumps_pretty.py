import json
import sys

import openai

resp = openai.Completion.create(model="text-davinci-003", prompt="pretty", logprobs=1)
print(json.dumps(resp["usage"], indent=4, sort_keys=True))
print(json.dumps(resp.choices[0], sort_keys=True))
json.dump(resp, sys.stdout, sort_keys=True)
print()
print(resp["choices"][0]["logprobs"]["token_logprobs"][0], resp.choices[0].logprobs.tokens)

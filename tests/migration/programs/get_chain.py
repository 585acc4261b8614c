import openai

response = openai.ChatCompletion.create(
    model="gpt-3.5-turbo",
    messages=[{"role": "user", "content": "get get get"}],
)
text = response.get("choices", [{}])[0].get("message", {}).get("content", "").strip()
usage = response.get("usage", {})
print(text)
print(usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0))
print(response.get("nothing_here"), response["choices"][0].get("logprobs"))

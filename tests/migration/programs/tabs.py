import openai

class T:
	def go(self, p):
		try:
			r = openai.ChatCompletion.create(
				model="gpt-3.5-turbo",
				messages=[{"role": "user", "content": p}],	# tabs!
			)
		except openai.error.RateLimitError:
			return "busy"
		return r["choices"][0]["message"]["content"]

print(T().go("tab"))

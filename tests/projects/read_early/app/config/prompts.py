PROMPT = "Hi"

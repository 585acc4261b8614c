import openai

Refused = openai.AuthenticationError
Failed = openai.APIError
Busy = openai.RateLimitError

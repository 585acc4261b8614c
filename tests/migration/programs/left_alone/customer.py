import openai

try:
    openai.Customer.create("customer-1", "limits", limit=5)
except openai.error.InvalidRequestError as e:
    print("no such endpoint", e.http_status)

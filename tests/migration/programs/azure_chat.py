import os
import openai

openai.api_type = "azure"
openai.api_base = os.getenv("AZURE_BASE")
openai.api_version = "2023-05-15"
openai.api_key = os.getenv("AZURE_KEY")

response = openai.ChatCompletion.create(
    engine="gpt-35-turbo",  # engine = "deployment_name".
    messages=[
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "Does Azure OpenAI support customer managed keys?"},
    ],
)

print(response['choices'][0]['message']['content'])
print(response.model)

import openai
from openai import api_requestor


def get(path):
    requestor = api_requestor.APIRequestor(key=openai.api_key)
    response, _, _ = requestor.request("get", path)
    return response.data


print([m["id"] for m in get("/models")["data"]][:2])

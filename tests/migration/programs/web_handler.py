import json
import logging
import os
from http import HTTPStatus

import openai

logging.basicConfig(level=logging.CRITICAL)
logger = logging.getLogger(__name__)

openai.api_key = os.environ.get("OPENAI_API_KEY", "")


def lambda_handler(event, context):
    """AWS Lambda behind API gateway."""
    body = json.loads(event["body"])
    try:
        completion = openai.ChatCompletion.create(
            model=body.get("model", "gpt-3.5-turbo"),
            messages=body["messages"],
            max_tokens=body.get("max_tokens", 256),
        )
    except openai.error.InvalidRequestError as e:
        logger.exception("bad request")
        return {"statusCode": e.http_status, "body": json.dumps({"error": e.user_message})}
    except openai.error.OpenAIError as e:
        logger.exception("openai failed")
        return {"statusCode": HTTPStatus.BAD_GATEWAY.value, "body": json.dumps({"error": "upstream", "status": e.http_status})}
    return {
        "statusCode": 200,
        "body": json.dumps({
            "reply": completion["choices"][0]["message"],
            "usage": completion["usage"]["total_tokens"],
        }, sort_keys=True),
    }


def call(**body):
    result = lambda_handler({"body": json.dumps(body)}, None)
    print(result["statusCode"], result["body"])


hello = [{"role": "user", "content": "hello"}]
call(messages=hello)
call(messages=hello, model="fails-404")
call(messages=hello, model="fails-429")

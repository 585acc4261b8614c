import logging

import openai
from openai import OpenAI

client = OpenAI()


def write(prompt):
    try:
        return client.responses.create(model="gpt-4o", input=prompt).output_text
    except openai.OpenAIError as error:
        logging.error("write: %s", error)
        return ""


def proofread(text):
    try:
        return client.responses.create(model="gpt-4o", input="Proofread: " + text).output_text
    except openai.OpenAIError as error:
        logging.error("proofread: %s", error)
        return ""


def shorten(text):
    try:
        return client.responses.create(model="gpt-4o", input="Shorten: " + text).output_text
    except openai.RateLimitError as error:
        logging.error("shorten: %s", error)
        return ""


def title(text):
    try:
        return client.responses.create(model="gpt-4o", input="A title: " + text).output_text
    except openai.AuthenticationError:
        raise
    except openai.OpenAIError as error:
        logging.error("title: %s", error)
        return ""

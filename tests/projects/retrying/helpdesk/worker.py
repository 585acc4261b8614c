import openai
from celery import Celery, Task

app = Celery("helpdesk")


class Patient(Task):
    autoretry_for = (openai.RateLimitError, openai.APIConnectionError)
    max_retries = 5


class Stubborn(Task):
    autoretry_for = (Exception,)
    max_retries = 5

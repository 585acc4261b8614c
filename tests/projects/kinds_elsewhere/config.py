"""Settings; a comma too much makes a tuple of one."""

import os


class Primary:
    API_KEY = (os.environ["OPENAI_API_KEY"],)


class Backup:
    API_KEY = os.environ["OPENAI_BACKUP_KEY"]
    QUEUES = (os.environ.get("QUEUE", "tickets"),)

import time

from app.mid.sub.base import Model as Base


class Chat(Base):
    def run(self, payload):
        for _ in range(3):
            try:
                return self.client.chat.completions.create(**payload)
            except Exception as error:  # expect: OAK401
                print(error)
                time.sleep(1)

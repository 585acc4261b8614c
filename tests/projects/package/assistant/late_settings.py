import assistant.llm

import assistant.settings  # expect: OAK301

print(assistant.llm.ask("How are you?"))

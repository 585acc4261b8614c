from unittest.mock import MagicMock, patch

import openai


def edited(path):
    with open(path, "rb") as file:
        return openai.Image.create_edit(file, prompt="a hat", size="256x256")["data"][0]["url"]


with patch.multiple("openai.Image", create_edit=MagicMock(return_value={"data": [{"url": "http://a/b"}]})):
    print(edited(__file__))

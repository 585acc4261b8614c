import unittest
from unittest import mock

import openai
from openai.openai_object import OpenAIObject


def moderate(text):
    result = openai.Moderation.create(text)["results"][0]
    return [name for name in ("hate", "violence") if result["categories"][name]]


def names():
    return [model["id"] for model in openai.Model.list()["data"]]


def picture(prompt):
    return openai.Image.create(prompt=prompt, n=1, size="256x256")["data"][0]["url"]


def heard(path):
    with open(path, "rb") as file:
        return openai.Audio.transcribe("whisper-1", file)["text"]


class Tests(unittest.TestCase):
    @mock.patch("openai.Moderation.create")
    def test_moderate(self, create):
        create.return_value = OpenAIObject.construct_from(
            {"results": [{"categories": {"hate": False, "violence": True}, "flagged": True}]}
        )
        self.assertEqual(moderate("x"), ["violence"])
        create.assert_called_with("x")

    @mock.patch("openai.Image.create", return_value={"data": [{"url": "http://a/b"}]})
    @mock.patch("openai.Model.list")
    def test_two(self, list_models, create_image):
        list_models.return_value = {"data": [{"id": "m1"}, {"id": "m2"}]}
        self.assertEqual(names(), ["m1", "m2"])
        self.assertEqual(picture("x"), "http://a/b")
        self.assertEqual(create_image.call_args[1]["size"], "256x256")

    def test_heard(self):
        with mock.patch("openai.Audio.transcribe", return_value={"text": "hello"}) as transcribe:
            self.assertEqual(heard(__file__), "hello")
            self.assertTrue(transcribe.called)


if __name__ == "__main__":
    unittest.main(verbosity=0)

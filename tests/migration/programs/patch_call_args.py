import unittest
from unittest.mock import call, patch

import openai


def embed(texts):
    vectors = []
    for text in texts:
        response = openai.Embedding.create(engine="ada-002", input=text, headers={"X-Team": "a"})
        vectors.append(response["data"][0]["embedding"])
    return vectors


class EmbedTest(unittest.TestCase):
    def setUp(self):
        patcher = patch("openai.Embedding.create", return_value={"data": [{"embedding": [0.5]}]})
        self.create = patcher.start()
        self.addCleanup(patcher.stop)

    def test_calls(self):
        self.assertEqual(embed(["a", "b"]), [[0.5], [0.5]])
        self.create.assert_has_calls(
            [
                call(engine="ada-002", input="a", headers={"X-Team": "a"}),
                call(engine="ada-002", input="b", headers={"X-Team": "a"}),
            ]
        )
        self.assertEqual(self.create.call_args_list[1].kwargs["engine"], "ada-002")
        self.assertEqual([each.kwargs["input"] for each in self.create.call_args_list], ["a", "b"])
        self.assertEqual(self.create.call_args, call(engine="ada-002", input="b", headers={"X-Team": "a"}))

    def test_captured(self):
        captured = {}

        def fake(**kwargs):
            captured.update(kwargs)
            return {"data": [{"embedding": [len(kwargs["input"])]}]}

        self.create.side_effect = fake
        self.assertEqual(embed(["four"]), [[4]])
        self.assertEqual(captured["engine"], "ada-002")
        self.assertEqual(captured.get("headers"), {"X-Team": "a"})

    def test_named(self):
        def fake(input, engine=None, **rest):
            self.assertEqual(rest, {"headers": {"X-Team": "a"}})
            return {"data": [{"embedding": [engine]}]}

        self.create.side_effect = fake
        self.assertEqual(embed(["x"]), [["ada-002"]])


if __name__ == "__main__":
    unittest.main(verbosity=0)

import unittest
from unittest.mock import MagicMock, patch

import openai


class Tagger:
    def tags(self, text):
        res = openai.Completion.create(engine="text-davinci-003", prompt=f"Tags for: {text}", max_tokens=20)
        return [t.strip() for t in res.choices[0].text.split(",")]


class TaggerTest(unittest.TestCase):
    def setUp(self):
        patcher = patch.object(openai.Completion, "create")
        self.create = patcher.start()
        self.addCleanup(patcher.stop)

    def test_splits(self):
        self.create.return_value = MagicMock(choices=[MagicMock(text="a, b ,c")])
        self.assertEqual(Tagger().tags("x"), ["a", "b", "c"])

    def test_error(self):
        self.create.side_effect = ValueError("boom")
        with self.assertRaises(ValueError):
            Tagger().tags("x")


if __name__ == "__main__":
    unittest.main(verbosity=0)

"""A chat page; `session_state` stands in for streamlit's."""
import openai


class SessionState(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


session_state = SessionState()

if "openai_model" not in session_state:
    session_state["openai_model"] = "gpt-3.5-turbo"

if "messages" not in session_state:
    session_state.messages = []

for prompt in ["What is up?", "And now?"]:
    session_state.messages.append({"role": "user", "content": prompt})
    full_response = ""
    for response in openai.ChatCompletion.create(
        model=session_state["openai_model"],
        messages=[
            {"role": m["role"], "content": m["content"]}
            for m in session_state.messages
        ],
        stream=True,
    ):
        full_response += response.choices[0].delta.get("content", "")
        print("\r" + full_response + "▌", end="")
    print("\r" + full_response)
    session_state.messages.append({"role": "assistant", "content": full_response})

import time

from app import llm


def body(topics):
    text = ""
    while not text:
        text = llm.write("A letter about: " + ", ".join(topics))  # expect: OAK401
        if not text:
            time.sleep(60)
    # Asked once.
    better = llm.proofread(text) or text
    # What may pass.
    while len(better) > 4000:
        shorter = llm.shorten(better)
        if not shorter:
            time.sleep(60)
            continue
        better = shorter
    # A refused key is let out.
    while not llm.title(better):
        time.sleep(60)
    return better


# The next topic is another request.
def paragraphs(topics):
    found = []
    for topic in topics:
        text = llm.write(topic)
        if text:
            found.append(text)
    return found

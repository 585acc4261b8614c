from app.mid.sub import base


def run(payload):
    model = base.Model(azure=True)
    while True:
        try:
            return model.client.chat.completions.create(**payload)
        except Exception:  # expect: OAK401
            continue

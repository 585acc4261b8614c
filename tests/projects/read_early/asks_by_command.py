import typer
from asking import ask
from dotenv import load_dotenv

app = typer.Typer()


class Desk:
    def __init__(self):
        self.name = "desk"


@app.command()
def run(question):
    load_dotenv()  # expect: OAK301
    typer.echo(ask(question))


if __name__ == "__main__":
    app()

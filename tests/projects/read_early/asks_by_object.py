import typer
from classifying import Classifier
from dotenv import load_dotenv

app = typer.Typer()


@app.command()
def run(question):
    load_dotenv()  # expect: OAK301
    classifier = Classifier()
    typer.echo(classifier.label(question))


if __name__ == "__main__":
    app()

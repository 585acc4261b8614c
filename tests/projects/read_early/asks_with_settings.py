import typer
from classifying import Classifier
from dotenv import load_dotenv

app = typer.Typer()


@app.command()
def run(question, config):
    # fine: it is handed other settings
    load_dotenv()
    classifier = Classifier(config)
    typer.echo(classifier.label(question))


if __name__ == "__main__":
    app()

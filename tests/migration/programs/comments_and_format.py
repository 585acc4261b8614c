import os, sys      # two at once
import openai       # pip install openai

# --- settings -------------------------------------------------------
openai.api_key      = os.getenv( "OPENAI_API_KEY" )   # never commit this!
openai.organization = None
# ---------------------------------------------------------------------

def ask( prompt ,model = 'gpt-4' ):
    """openai.ChatCompletion.create is called here."""
    r = openai.ChatCompletion.create(model = model,
                                     # the conversation
                                     messages = [ { 'role' : 'user', 'content' : prompt } ],   # just one
                                     temperature = 0 )
    return r[ 'choices' ][ 0 ] [ 'message' ]["content"]    # text only

print( ask( 'spaces' ) ) ; sys.stdout.flush()

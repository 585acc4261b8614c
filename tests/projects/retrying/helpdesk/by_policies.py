"""Policies, factories, predicates and tuples come from another module."""

import backoff
from tenacity import retry, retry_if_exception, retry_if_exception_type, stop_after_attempt

from . import policies
from .llm import ask
from .policies import (
    ANY,
    POLITE,
    STUBBORN,
    TRANSIENT,
    is_of_the_sdk,
    is_refused,
    is_too_long,
    is_worth_it,
    polite,
    polite_retryer,
    retrying,
    stubborn,
    stubborn_retryer,
)


# fine: transient errors only
@polite
def by_a_polite_policy(prompt):
    return ask(prompt)


@stubborn  # expect: OAK402
def by_a_policy(prompt):
    return ask(prompt)


@policies.stubborn  # expect: OAK402
def by_a_policy_of_the_module(prompt):
    return ask(prompt)


# fine: no request
@stubborn
def no_request(prompt):
    return prompt.upper()


# fine: the factory's default is transient
@retrying()
def by_a_polite_factory(prompt):
    return ask(prompt)


@retrying(ANY, times=5)  # expect: OAK402
def by_a_factory(prompt):
    return ask(prompt)


at_the_top = policies.retrying(errors=Exception)


@at_the_top  # expect: OAK402
def by_a_decorator_made_here(prompt):
    return ask(prompt)


# fine: the predicate says no
@retry(retry=retry_if_exception(is_worth_it), stop=stop_after_attempt(3))
def by_a_polite_predicate(prompt):
    return ask(prompt)


# fine: so does the condition
@retry(retry=policies.unless_permanent, stop=stop_after_attempt(3))
def by_a_polite_condition(prompt):
    return ask(prompt)


@retry(retry=retry_if_exception(is_of_the_sdk), stop=stop_after_attempt(3))  # expect: OAK402
def by_a_predicate(prompt):
    return ask(prompt)


# fine: the tuple holds transient errors
@retry(retry=retry_if_exception_type(TRANSIENT), stop=stop_after_attempt(3))
def by_polite_errors(prompt):
    return ask(prompt)


@retry(retry=retry_if_exception_type(policies.ANY), stop=stop_after_attempt(3))  # expect: OAK402
def by_errors(prompt):
    return ask(prompt)


# fine: the settings hold a condition
@retry(**POLITE)
def by_polite_settings(prompt):
    return ask(prompt)


@retry(**STUBBORN)  # expect: OAK402
def by_settings(prompt):
    return ask(prompt)


# fine: it gives up
@backoff.on_exception(backoff.expo, ANY, giveup=is_refused, max_tries=3)
def by_backoff_that_gives_up(prompt):
    return ask(prompt)


@backoff.on_exception(backoff.expo, ANY, giveup=is_too_long, max_tries=3)  # expect: OAK402
def by_backoff(prompt):
    return ask(prompt)


# fine: a polite object
def by_a_polite_object(prompt):
    return polite_retryer(ask, prompt)


def by_an_object(prompt):
    return stubborn_retryer(ask, prompt)  # expect: OAK402


def by_attempts(prompt):
    for attempt in stubborn_retryer:  # expect: OAK402
        with attempt:
            return ask(prompt)


# fine: the partial object brings its condition
@policies.polite_partial()
def by_a_polite_partial(prompt):
    return ask(prompt)


@policies.stubborn_partial()  # expect: OAK402
def by_a_partial(prompt):
    return ask(prompt)


# fine: what is called before the next run raises the error
@retry(stop=stop_after_attempt(3), before_sleep=policies.let_out)
def by_a_polite_callback(prompt):
    return ask(prompt)


# fine: called by hand, and made for transient errors
ask_politely = policies.own_retrying()(ask)
ask_stubbornly = policies.own_retrying(errors=ANY)(ask)  # expect: OAK402

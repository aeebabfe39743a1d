"""The stay of a bankruptcy stops every act to collect."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, Channel, ContactFacts, Finding
from compliance.rules.parameters import Parameter, words
from compliance.rules.standing import is_own, objections

#: `codebtor_chapters`: chapters whose stay also protects those who owe the debt with the person.
PARAMETERS: dict[str, Parameter] = {"codebtor_chapters": words()}
JUDGES = frozenset({"bankruptcy"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies every collection contact from the petition on (11 USC 362(a)(6)).

    A stop with details {"chapter": "13"} also protects co-debtors of a consumer debt (1301), and
    nobody takes a car that is property of the estate (362(a)(3)).
    """
    chapters = rule.values.get("codebtor_chapters", ())
    is_taking = facts.request.channel == Channel.REPOSSESSION
    return objections(
        facts,
        rule,
        "bankruptcy",
        event="stay_ended",
        of_anybody=True,
        counts=lambda stop: (
            is_taking or is_own(facts, stop) or stop.details.get("chapter") in chapters
        ),
    )

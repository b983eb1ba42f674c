"""Where the SQL of the chassis is: transactions, outbox and inbox, stored answers, dead letters."""

from chassis.store.answers import StoredAnswer, find_answer, keep_answer
from chassis.store.editions import take_turns
from chassis.store.erasing import delete_answers_with, delete_letters_with
from chassis.store.house import backlog, forget_old
from chassis.store.letters import Letter, bury, list_letters, take_letter
from chassis.store.outbox import Outgoing, Waiting, claim, forget_sent, leave, lock_outbox, oldest
from chassis.store.transactions import Connection, begin, commit, ping, roll_back

__all__ = [
    "Connection",
    "Letter",
    "Outgoing",
    "StoredAnswer",
    "Waiting",
    "backlog",
    "begin",
    "bury",
    "claim",
    "commit",
    "delete_answers_with",
    "delete_letters_with",
    "find_answer",
    "forget_old",
    "forget_sent",
    "keep_answer",
    "leave",
    "list_letters",
    "lock_outbox",
    "oldest",
    "ping",
    "roll_back",
    "take_letter",
    "take_turns",
]

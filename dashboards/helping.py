"""What each page answers, what its numbers mean and what to press: one topic for all pages of a kind."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dashboards.policies import BRINGING_ROLES, CUTTING_ROLES, Home
from grids.authority import founds
from people.models import User
from people.policies import keeps_accounts, reads_trail

Text = str | Promise


@dataclass(frozen=True)
class Topic:
    """One topic: the routes it speaks of, whose it is, and its sentences."""

    key: str
    routes: tuple[str, ...]
    whose: Callable[[User], bool]
    title: Text
    answers: Text
    sentences: tuple[Text, ...]


def _business(user: User) -> bool:
    return user.is_business


def _brings_files(user: User) -> bool:
    return user.role in BRINGING_ROLES


def _takes_lists(user: User) -> bool:
    return user.is_business or keeps_accounts(user) or reads_trail(user)


def _cuts_ground(user: User) -> bool:
    return user.role in CUTTING_ROLES


def _everybody(_user: User) -> bool:
    return True


TOPICS = (
    Topic(
        "home",
        ("dashboards:home",),
        _everybody,
        _("Home"),
        _("What needs you first today?"),
        (
            _(
                "Figures of the running month are computed every night and when somebody presses Refresh; each says up to when."
            ),
            _(
                "A part of a month is compared with the same part of the last one, and with the pace: the target times the days gone."
            ),
            _("Every number opens exactly what it counts."),
        ),
    ),
    Topic(
        "visits",
        ("visits:", "visit-"),
        _business,
        _("Visits"),
        _("Whom to visit, in which order, and what came of it?"),
        (
            _(
                "Today's list puts first what was promised, then open needs, then households that nobody has met for long."
            ),
            _(
                "A visit counts for the coverage when somebody of the household was met in the month, and once for each household."
            ),
            _("What is sent late is stored and says so; it never changes a published month."),
            _(
                "Ctrl + Enter saves, Alt + Y or N says whether anybody was met, Alt + 1 to 5 how; days may be typed as 1210 or +30."
            ),
        ),
    ),
    Topic(
        "customers",
        ("customers:",),
        _business,
        _("Customers"),
        _("Who lives in my grids, and what is missing in their archives?"),
        (
            _("An archive is complete at 100 per cent: what is missing stands on the household's page."),
            _("Numbers are masked. Showing one takes a reason, is recorded, and is limited for each day."),
            _(
                "What is claimed, such as an opened account, counts once somebody else of the branch has confirmed it."
            ),
        ),
    ),
    Topic(
        "needs",
        ("needs:",),
        _business,
        _("Needs"),
        _("What did we promise, and by when?"),
        (_("A need is open until it is closed with what came of it. Overdue ones stand first."),),
    ),
    Topic(
        "grids",
        ("grids:",),
        _business,
        _("Grids"),
        _("Which ground is whose, and who answers for it?"),
        (
            _("Each grid has one person responsible; deputies act for him, helpers visit and read only."),
            _(
                "What is dated before today takes head office's second signature and never reaches into a published month."
            ),
        ),
    ),
    Topic(
        "setup",
        ("dashboards:setup", "dashboards:found"),
        founds,
        _("A bank's first day"),
        _("What stands, and what is still wanting?"),
        (
            _("The steps go in any order; each can be left and taken up again, by file or by hand."),
            _(
                "Grids come with the county's townships and villages; people, households and targets by your own files."
            ),
        ),
    ),
    Topic(
        "files",
        ("exchange:",),
        _brings_files,
        pgettext_lazy("menu", "Files in"),
        _("How do lists that we have already get in, and how do they get out again?"),
        (
            _("The dry run tells of each row what would become of it; nothing is stored before you say so."),
            _(
                "Rows that are wrong come back as a workbook with the reason in each; put them right and bring only those."
            ),
            _("A whole file can be put back; what somebody worked on since stays and is listed."),
        ),
    ),
    Topic(
        "exports",
        ("exchange:export",),
        _takes_lists,
        pgettext_lazy("menu", "Files out"),
        _("How does a long list, or one with numbers in clear, leave the house?"),
        (
            _("It is asked for with a purpose, signed by a second person, and fetched for three days."),
            _("What is no longer in sight when it is fetched is not in it: the file is made anew."),
        ),
    ),
    Topic(
        "proofs",
        ("performance:proofs",),
        reads_trail,
        _("Verification"),
        _("Is the trail whole, and is every signed month what was signed?"),
        (
            _(
                "A button proves the trail of audit events from its first to its last, and compares it with the anchors."
            ),
            _(
                "Another proves a month: it is computed again from its frozen facts and compared with what was signed."
            ),
        ),
    ),
    Topic(
        "layouts",
        ("ground:layout", "ground:layout-draw"),
        _cuts_ground,
        _("Layouts"),
        _("How is ground cut anew, and from when on?"),
        (
            _(
                "A draft stands beside today's cut and changes nothing: villages and groups are ticked and put into a grid; grids are founded, merged, renamed and closed."
            ),
            _(
                "What must be mended is listed first. One person submits, another signs; until its day it can be undone, then the clock does it at once and whole."
            ),
            _(
                "In the list the arrow keys move, space ticks, A ticks all that is shown, G goes to the grid, Ctrl+Z undoes."
            ),
        ),
    ),
    Topic(
        "points",
        ("ground:points", "ground:point-"),
        _business,
        pgettext_lazy("menu", "Service points"),
        _("Where does a customer find the bank, and who looks after it?"),
        (
            _(
                "One row a place: outlets, e-stations, village service points, ATMs, with grid, branch and partner. Head office keeps all of them, a branch those in its grids."
            ),
            _(
                "A point is closed with a day and the reason and stays on the register; the message that tells of it takes it back. Filters, Excel and print are on the list."
            ),
        ),
    ),
    Topic(
        "map",
        ("ground:",),
        _business,
        _("Map"),
        _("Where are we furthest behind?"),
        (
            _(
                "The darker a grid, the further it is behind the month's pace; hatched grids have nothing to measure, dashed ones nobody responsible."
            ),
            _("The arrow keys go from grid to grid, Enter opens one; a class of the legend filters the map."),
            _(
                "Coverage puts what is reached beside the official register; what the register counts is written down by grid."
            ),
        ),
    ),
    Topic(
        "ranking",
        ("performance:",),
        _business,
        _("Ranking"),
        _("Where does everybody stand, and why?"),
        (
            _(
                "Points are the weight of an indicator times the share of its target that was reached, up to its cap; the total ranks."
            ),
            _(
                "A month is provisional until head office publishes it under a name, and final when another person locks it."
            ),
            _("Each score opens down to the visits and accounts that made it."),
        ),
    ),
    Topic(
        "search",
        ("dashboards:search", "dashboards:help"),
        _everybody,
        _("Search and keys"),
        _("How do I find anything without the mouse?"),
        (
            _("/ goes to the search box, ? opens this page, Tab and Enter go on, Esc leaves a menu."),
            _(
                "On the home and on Today D logs a visit to the first household; on the home S leaves it for later."
            ),
            _(
                "People are found by any part of their name, by pinyin and initials, households by village and group or number."
            ),
        ),
    ),
    Topic(
        "accounts",
        (
            "people:list",
            "people:new",
            "people:detail",
            "people:disable",
            "people:enable",
            "people:role",
            "people:end",
            "people:reset",
        ),
        keeps_accounts,
        pgettext_lazy("menu", "Accounts"),
        _("Who may sign in, and as what?"),
        (
            _(
                "The system administrator opens and closes accounts; the security administrator gives roles: nobody does both."
            ),
            _("A one-time password is shown once and must be changed at the first sign-in."),
        ),
    ),
    Topic(
        "trail",
        ("audit:",),
        reads_trail,
        _("Audit"),
        _("Who did what, who read what, and is the record whole?"),
        (
            _(
                "Every change and every reading of personal data leaves a row that nobody can alter; each night the chain is proved."
            ),
        ),
    ),
    Topic(
        "own",
        ("people:password", "people:tokens", "people:token", "people:logout"),
        _everybody,
        _("My account"),
        _("How do I stay safe?"),
        (
            _(
                "After a while without a click the session ends; what is being typed stays on the page until you sign in again."
            ),
            _("A new password ends all other sessions and all tokens."),
        ),
    ),
    Topic(
        "jobs",
        ("jobs:",),
        _everybody,
        _("Jobs"),
        _("Is it done yet?"),
        (_("A job goes on when you leave its page, and begins again by itself after a failure."),),
    ),
)

# Three cards for the first day of each role: what to press first.
FIRST_DAY: dict[Home, tuple[Text, Text, Text]] = {
    Home.MANAGER: (
        _("Open Today: the households to visit, each with its reason."),
        _(
            "Press Log visit when you come back: whom you met, what came of it, when again. It takes less than a minute."
        ),
        _("Look at Ranking: your points, and what would move you up."),
    ),
    Home.BRANCH: (
        _("Look at your home: who is out today, which households nobody has met."),
        _("Confirm what your people claim: accounts, mobile banking, accepted offers."),
        _("Open a person's score: each number leads to the visits that made it."),
    ),
    Home.BANK: (
        _("Look at the map: the dark grids are furthest behind the month's pace."),
        _("Compare the branches and open the breakdown of a number down to the household."),
        _("When a month has ended: refresh, look at what is listed, publish; a second person locks it."),
    ),
    Home.ACCOUNTS: (
        _("Open an account for each colleague; the one-time password is shown once."),
        _("Ask the security administrator for the officers' roles."),
        _("Look at home each morning: what failed, what waits."),
    ),
    Home.ROLES: (
        _("Go through the roles: does everybody hold the right one, and nothing more?"),
        _("Change a role under Accounts; sessions and tokens of the person end."),
        _("You neither open accounts nor see customers: that keeps the powers apart."),
    ),
    Home.TRAIL: (
        _("Look at home: is the record whole, who read very much?"),
        _("Search the audit log by person, act and day."),
        _("Look at the read log: who read whose archive, by which door."),
    ),
}


def topic_of(route: str) -> Topic | None:
    """Return the topic that speaks of a route: the one whose beginning fits longest."""
    fitting = [(len(start), topic) for topic in TOPICS for start in topic.routes if route.startswith(start)]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None

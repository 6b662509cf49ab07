import re
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from gridbank.scoping import waive_scope
from jobs import running
from jobs.models import JobRun
from people.enums import Role
from performance import services
from performance.models import Period, Score
from performance.templatetags.ranking import points
from tests.factories import AssignmentFactory, UserFactory
from tests.performance.world import MONTH, customer, household, visit

LIST = reverse("performance:list")
PAGE = "/performance/2026-09/"


def listed(response):
    return {int(pk) for pk in re.findall(r'id="score-(\d+)"', response.text)}


def pks(scores, *names):
    return {score.pk for (_level, name), score in scores.items() if name in names}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("zhao", ["李娜", "王磊", "孙静", "吴峰", "东支行", "西支行"]),
        ("chen", ["李娜", "王磊", "孙静", "东支行"]),
        ("zhou", ["吴峰", "西支行"]),
        ("li", ["李娜", "王磊", "孙静", "东支行"]),
        ("wu", ["吴峰", "西支行"]),
    ],
)
def test_each_sees_the_ranking_of_his_part(client, cast, scores, who, seen):
    client.force_login(getattr(cast, who))
    assert listed(client.get(PAGE)) == pks(scores, *seen)


def test_the_strangers_score_and_rows_are_absent(client, cast, scores):
    stranger = scores["manager", "吴峰"]
    for who in ("li", "chen"):
        client.force_login(getattr(cast, who))
        for url in (f"{PAGE}{stranger.pk}/", f"{PAGE}{stranger.pk}/archive_rate/"):
            assert client.get(url).status_code == 404


def row_of(text, score):
    return re.search(rf'<tr\s+id="score-{score.pk}".*?</tr>', text, re.DOTALL)[0]


@pytest.mark.parametrize("peers", [False, True])
def test_of_a_colleague_the_rank_is_seen_and_the_points_where_the_bank_says_so(
    client, cast, scores, settings, peers
):
    settings.PEERS_SEE_POINTS = peers
    client.force_login(cast.li)
    colleague, own = scores["manager", "王磊"], scores["manager", "李娜"]
    list_ = client.get(PAGE).text
    told = [points(score.total) in row_of(list_, score) for score in (own, colleague)]
    assert told == [True, peers]
    # a cell stands below each heading, whether it says anything or not
    assert len({row_of(list_, score).count("<td") for score in (own, colleague)}) == 1
    assert ("王磊" in row_of(list_, colleague), f"/{colleague.pk}/" in row_of(list_, colleague)) == (
        True,
        peers,
    )
    for url in (f"{PAGE}{colleague.pk}/", f"{PAGE}{colleague.pk}/archive_rate/"):
        page = client.get(url)
        assert page.status_code == (200 if peers else 403)
        # the rows are nobody's but his own
        assert 'id="fact-' not in page.text
    rows = client.get("/api/v1/rankings/?level=manager").json()["results"]
    rows = {
        row["subject_name"]: (row["total"] is not None, bool(row["lines"]), row["rank_branch"])
        for row in rows
    }
    assert (rows["李娜"][:2], rows["王磊"][:2]) == ((True, True), (peers, peers))
    assert rows["王磊"][2] == colleague.rank_branch
    # whoever leads the branch sees all of it
    client.force_login(cast.chen)
    assert client.get(f"{PAGE}{colleague.pk}/").status_code == 200


def test_ones_own_rows_are_seen(client, cast, scores):
    client.force_login(cast.li)
    own = [
        client.get(f"{PAGE}{scores['manager', '李娜'].pk}/archive_rate/{query}").text
        for query in ("", "?show=left")
    ]
    assert [len(re.findall(r'id="fact-', page)) for page in own] == [3, 1]


def test_the_rows_behind_a_number_link_to_visit_and_household(client, cast, scores):
    client.force_login(cast.li)
    page = f"{PAGE}{scores['manager', '李娜'].pk}/visit_coverage/"
    assert len(re.findall(r'href="/visits/[0-9a-f-]{36}/"', client.get(page).text)) == 2
    left = client.get(f"{page}?show=left").text
    assert len(re.findall(r'href="/customers/households/\d+/"', left)) == 2
    # what was never asked for is said to be counted
    assert client.get(f"{page}?show=nothing&grid=x").text.count('id="fact-') == 2


def test_a_month_of_another_score_is_no_way_in(client, cast, scores):
    client.force_login(cast.zhao)
    assert client.get(f"/performance/2026-08/{scores['manager', '李娜'].pk}/").status_code == 404


@pytest.mark.parametrize("url", ["/performance/2026-13/", "/performance/0000-01/", "/performance/2026-9/"])
def test_a_month_that_is_none_is_absent(client, cast, url):
    client.force_login(cast.zhao)
    assert client.get(url).status_code == 404


def test_someone_without_assignment_sees_no_month(client, cast, period):
    with waive_scope("test"):
        cast.sun.assignments.all().delete()
    client.force_login(cast.sun)
    assert client.get(PAGE).status_code == 404
    assert "2026-09" not in client.get(LIST).text


def test_someone_keeps_sight_of_his_own_published_scores(client, cast, period, scores):
    services.period_publish(actor=cast.zhao, period=period)
    with waive_scope("test"):
        cast.sun.assignments.all().delete()
    client.force_login(cast.sun)
    own, other = scores["manager", "孙静"], scores["manager", "李娜"]
    assert "2026-09" in client.get(LIST).text
    assert listed(client.get(PAGE)) == {own.pk}
    assert "孙静" in client.get(f"{PAGE}{own.pk}/").text
    assert 'id="fact-' in client.get(f"{PAGE}{own.pk}/visit_coverage/").text
    assert client.get(f"{PAGE}{other.pk}/").status_code == 404
    rows = client.get("/api/v1/rankings/").json()["results"]
    assert [row["subject_name"] for row in rows] == ["孙静"]


def test_ranks_of_the_bank_are_shown_to_head_office_and_to_oneself_only(client, cast, scores):
    client.force_login(cast.li)
    label = "全行名次"
    own = client.get(f"{PAGE}{scores['manager', '李娜'].pk}/").text
    colleague = client.get(f"{PAGE}{scores['manager', '王磊'].pk}/").text
    client.force_login(cast.zhao)
    headquarters = client.get(f"{PAGE}{scores['manager', '王磊'].pk}/").text
    assert [label in text for text in (own, colleague, headquarters)] == [True, False, True]


def test_filters_narrow_and_unknown_ones_are_told(client, cast, scores):
    client.force_login(cast.zhao)
    west = client.get(PAGE, {"branch": cast.west.pk})
    assert pks(scores, "吴峰") <= listed(west)
    assert not pks(scores, "李娜") & listed(west)
    assert 'class="errorlist"' in client.get(PAGE, {"group": "mars"}).text or (
        "field__error" in client.get(PAGE, {"group": "mars"}).text
    )


def test_refresh_shows_progress_and_then_the_page_again(client, cast, period):
    client.force_login(cast.zhao)
    answer = client.post(f"{PAGE}refresh/")
    job = JobRun.objects.get(kind="performance.rank")
    assert (answer.status_code, answer["Location"]) == (302, f"/performance/jobs/{job.pk}/")
    waiting = client.get(f"/performance/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in waiting.text
    assert "<html" not in waiting.text
    assert running.run(job.pk)
    assert client.get(f"/performance/jobs/{job.pk}/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "hx-trigger" not in client.get(f"/performance/jobs/{job.pk}/").text


def test_publish_and_lock_take_two_people(client, cast, period):
    second = UserFactory(username="qian", name="钱进", role=Role.HEAD_OFFICE)
    AssignmentFactory(user=second, grid=cast.root, part="deputy")
    client.force_login(cast.zhao)
    assert client.post(f"{PAGE}lock/", {"sure": "yes", "word": "2026-09"}).status_code == 409
    assert client.post(f"{PAGE}publish/", {"sure": "yes"}).status_code == 302
    assert client.post(f"{PAGE}publish/", {"sure": "yes"}).status_code == 409
    assert f"{PAGE}lock/" not in client.get(PAGE).text
    assert client.post(f"{PAGE}lock/", {"sure": "yes", "word": "2026-09"}).status_code == 409
    client.force_login(second)
    assert f"{PAGE}lock/" in client.get(PAGE).text
    assert client.post(f"{PAGE}lock/", {"sure": "yes", "word": "2026-09"}).status_code == 302
    assert state() == "locked"
    assert client.post(f"{PAGE}refresh/").status_code == 409


def state():
    with waive_scope("test"):
        return Period.objects.get(month=MONTH).status


def test_publishing_and_locking_ask_first_and_say_what_will_happen(client, cast, period):
    second = UserFactory(username="qian", role=Role.HEAD_OFFICE)
    AssignmentFactory(user=second, grid=cast.root, part="deputy")
    client.force_login(cast.zhao)
    asked = client.post(f"{PAGE}publish/")
    assert (asked.status_code, "4 人、2 个支行" in asked.text, "不能撤回" in asked.text) == (200, True, True)
    assert state() == "provisional"
    client.post(f"{PAGE}publish/", {"sure": "yes"})
    client.force_login(second)
    assert cast.zhao.name in client.post(f"{PAGE}lock/").text
    assert client.post(f"{PAGE}lock/", {"sure": "yes", "word": "2026-08"}).status_code == 422
    assert state() == "published"


@pytest.mark.parametrize("verb", ["publish", "lock", "verify"])
@pytest.mark.parametrize("who", ["chen", "li"])
def test_only_head_office_decides(client, cast, period, verb, who):
    client.force_login(getattr(cast, who))
    assert client.post(f"{PAGE}{verb}/").status_code == 403


def test_the_proof_is_shown_to_head_office(client, cast, period):
    client.force_login(cast.zhao)
    client.post(f"{PAGE}verify/")
    job = JobRun.objects.get(kind="performance.verify")
    assert running.run(job.pk)
    assert period.current_run.root_hash[:16] in client.get(PAGE).text
    page = client.get(f"/jobs/{job.pk}/").text
    assert "<h1>复核 2026-09</h1>" in page
    assert f'<a href="{PAGE}">2026-09</a>' in page
    assert "已用封存的数据重新核算，与封存数据完全一致。" in page


def test_no_filter_and_no_export_tells_a_branch_manager_places_beyond_his_branch(client, cast, scores):
    """Wu is fourth of the bank and of his peers, and first of branch West."""
    score = scores["manager", "吴峰"]
    assert (score.rank_bank, score.rank_peer, score.rank_branch) == (4, 4, 1)

    def place(query):
        row = client.get(PAGE, query).text.partition(f'id="score-{score.pk}"')[2]
        return re.search(r'class="cell--rank">\s*(?:<span[^>]*>)?([^<]*?)\s*<', row)[1]

    def exported():
        people = load_workbook(BytesIO(client.get(f"{PAGE}export/").content)).worksheets[0]
        return {row[1].value: row[0].value for row in people.iter_rows(min_row=2)}["吴峰"]

    client.force_login(cast.zhou)
    assert [place(query) for query in ({}, {"group": score.peer_group}, {"branch": cast.west.pk})] == [
        "1"
    ] * 3
    assert exported() == 1
    client.force_login(cast.zhao)
    assert [place(query) for query in ({}, {"group": score.peer_group}, {"branch": cast.west.pk})] == [
        "4",
        "4",
        "1",
    ]
    assert exported() == 4


# A month asks what was restricted and what a file changed or took out.
# Three of a month's ask for the places of the month before: of the people, of the branches, of one's own row.
# None of them is asked per row.
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("wanted", [("list", 5), ("period", 29), ("score", 10), ("facts", 10)])
def test_pages_ask_the_same_number_of_queries(client, cast, django_assert_num_queries, count, wanted):
    url, queries = wanted
    for place in range(count):
        user = cast.li if place == 0 else UserFactory()
        grid = cast.grid_li if place == 0 else cast.grid_li.__class__(
            code=f"X{place}", name=f"村{place}", tier="manager", parent=cast.east, valid_from=date(2020, 1, 1),
            path=f"{cast.east.path}x{place}/",
        )  # fmt: skip
        if place:
            with waive_scope("test"):
                grid.save()
                grid.path = f"{cast.east.path}{grid.pk}/"
                grid.save(update_fields=["path"])
            AssignmentFactory(user=user, grid=grid)
        visit(user, customer(household(grid)), 5)
        visit(user, customer(household(cast.grid_li)), 5)
    for month in [date(2026, 8, 1), *(date(2026, 7 - place, 1) for place in range(count))]:
        services.run_compute(bank=cast.root, month=month)
    if url == "list":
        address = LIST
    else:
        period = services.run_compute(bank=cast.root, month=MONTH, again=True).period
        with waive_scope("test"):
            own = Score.objects.get(run=period.current_run, level="manager", subject_id=cast.li.pk)
        address = {"period": PAGE, "score": f"{PAGE}{own.pk}/", "facts": f"{PAGE}{own.pk}/visit_coverage/"}[
            url
        ]
    client.force_login(cast.li)
    # the session is warm
    client.get(LIST)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_a_month_leads_to_those_beside_it_and_draws_the_readers_points(client, cast):
    for month in (date(2026, 7, 1), date(2026, 8, 1), MONTH):
        services.run_compute(bank=cast.root, month=month)
    client.force_login(cast.li)
    middle = client.get("/performance/2026-08/").text
    assert 'rel="prev" href="/performance/2026-07/"' in middle
    assert 'rel="next" href="/performance/2026-09/"' in middle
    assert "我近几个月的得分" in middle
    first = client.get("/performance/2026-07/").text
    # one point is no course
    assert ('rel="prev"' in first, "近几个月的得分" in first) == (False, False)

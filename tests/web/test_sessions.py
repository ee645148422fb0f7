"""Coming in and going out: logins, sessions, passwords, language and theme, as people at their browsers see them."""

from __future__ import annotations

from engine import access
from engine.commands import sessions, users
from tests.web.support import ORDER, Site, words


def test_login_and_logout(site: Site):
    """A person comes in with name and password, and a logged-out cookie is worth nothing."""
    visitor = site.visitor()
    assert 303 == visitor.get("/inbox").status_code

    person = site.enter("lin")
    old = person.get_cookie("restock").value
    assert "林晓雨" in words(person.get("/inbox"))
    person.post("/logout")

    visitor.set_cookie("restock", old)
    assert 303 == visitor.get("/inbox").status_code


def test_session_id_changes_at_login(site: Site):
    """Every login gives a new session, so that none can be planted."""
    person = site.visitor()
    person.set_cookie("restock", "planted")

    person.post("/login", data={"login": "lin", "password": "restock-demo"})

    assert "planted" != person.get_cookie("restock").value


def test_wrong_and_unknown_logins_look_the_same(site: Site):
    """Nobody learns from the answer whether a login exists."""
    wrong = site.visitor().post("/login", data={"login": "lin", "password": "wrong"})
    unknown = site.visitor().post("/login", data={"login": "lin2", "password": "wrong"})

    assert (wrong.status_code, words(wrong)) == (unknown.status_code, words(unknown))
    assert 401 == wrong.status_code
    assert 'value="lin"' in wrong.text


def test_many_guesses_stop(site: Site):
    """After ten wrong guesses even the right password waits."""
    visitor = site.visitor()
    for _ in range(10):
        visitor.post("/login", data={"login": "lin", "password": "wrong"})

    answer = visitor.post("/login", data={"login": "lin", "password": "restock-demo"})

    assert 429 == answer.status_code


def test_language_is_kept_for_the_person(site: Site):
    """A language chosen once is there on the next device; before the login the cookie keeps it."""
    lin = site.person("lin")
    lin.post("/account/language", data={"locale": "en"})
    assert "Inbox" in words(lin.get("/inbox"))

    elsewhere = site.enter("lin")
    assert "Inbox" in words(elsewhere.get("/inbox"))

    stranger = site.visitor()
    stranger.post("/account/language", data={"locale": "en", "next": "/login"})
    assert "Login name" in words(stranger.get("/login"))


def test_theme_is_kept_on_the_device(site: Site):
    """The chosen look is in the page from its first byte."""
    lin = site.person("lin")

    lin.post("/account/look", data={"theme": "dark", "locale": "zh_CN"})

    assert 'data-bs-theme="dark"' in lin.get("/account").text


def test_change_password(site: Site):
    """The present password opens the way to a new one, and other devices are out."""
    lin, other = site.enter("lin"), site.person("lin")

    wrong = lin.post(
        "/account/password", data={"old": "no", "new": "ein langer Satz", "again": "ein langer Satz"}
    )
    unequal = lin.post("/account/password", data={"old": "restock-demo", "new": "a" * 15, "again": "b" * 15})
    done = lin.post(
        "/account/password",
        data={"old": "restock-demo", "new": "一句很长的话可以记住", "again": "一句很长的话可以记住"},
    )

    assert (422, 422, 303) == (wrong.status_code, unequal.status_code, done.status_code)
    assert 200 == lin.get("/account").status_code
    assert 303 == other.get("/account").status_code


def test_one_time_link_sets_a_password(site: Site):
    """A new person chooses a password by a link that works once."""
    secret = sessions.one_time_link(site.database, "liu", access.SYSTEM)
    visitor = site.visitor()

    assert "设置密码" in words(visitor.get(f"/welcome/{secret}"))
    weak = visitor.post(f"/welcome/{secret}", data={"new": "123", "again": "123"})
    done = visitor.post(
        f"/welcome/{secret}", data={"new": "一句很长的话可以记住", "again": "一句很长的话可以记住"}
    )
    again = visitor.post(
        f"/welcome/{secret}", data={"new": "另一句很长的话可以记住", "again": "另一句很长的话可以记住"}
    )

    assert (422, 303, 404) == (weak.status_code, done.status_code, again.status_code)
    assert 'value="liu"' in visitor.get(done.location).text
    answer = visitor.post("/login", data={"login": "liu", "password": "一句很长的话可以记住"})
    assert 303 == answer.status_code


def test_disabled_account_is_out_at_once(site: Site):
    """Who may not come in any more is out with the next click."""
    lin = site.person("lin")
    assert 200 == lin.get("/inbox").status_code

    users.set_active(site.database, "lin", False, access.SYSTEM)

    assert 303 == lin.get("/inbox").status_code


def test_forged_forwarded_address_is_not_believed(site: Site):
    """Without a proxy in front, the history holds the address the request came from."""
    lin = site.person("lin")

    answer = lin.post("/starts/desk", headers={"X-Forwarded-For": "203.0.113.9"})

    instance = answer.location.rsplit("/", 1)[1].split("-")[0]
    with site.database.read() as connection:
        sql = "SELECT body FROM entry WHERE instance_id = ?"
        body = connection.exec_driver_sql(sql, (int(instance),)).scalar_one()
    assert "203.0.113.9" not in body
    assert "127.0.0.1" in body


def test_late_form_comes_back_after_the_login(site: Site):
    """Who sends a form after the session has ended logs in and is back at the task, with the draft."""
    lin = site.person("lin")
    task = site.start(lin)
    lin.post(f"/tasks/{task}/draft", data={"name": "写到一半"})
    stranger = site.visitor()

    late = stranger.post(
        f"/tasks/{task}/complete", data=ORDER, headers={"Referer": f"http://localhost/tasks/{task}"}
    )
    foreign = stranger.post(
        f"/tasks/{task}/complete", data=ORDER, headers={"Referer": "http://evil.example/x"}
    )

    assert f"next=/tasks/{task}" in late.location
    assert "next=" not in foreign.location
    assert "写到一半" in lin.get(f"/tasks/{task}").text


def test_scripts_never_get_the_login_page(site: Site):
    """A preview or draft after the session has ended is refused plainly, so that the form stays as it is."""
    task = site.start(site.person("lin"))
    stranger = site.visitor()

    preview = stranger.post(f"/tasks/{task}/form", data=ORDER, headers={"HX-Request": "true"})
    draft = stranger.post(f"/tasks/{task}/draft", data=ORDER, headers={"Accept": "application/json"})

    assert (401, 401) == (preview.status_code, draft.status_code)

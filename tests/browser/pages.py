"""Every page that somebody is shown, by who is shown it: what browser tests walk."""

LONG = "欧阳" + "很长的名字" * 11
UNBROKEN = "W" * 200

PAGES = {
    "li": [
        "/", "/visits/today/", "/visits/", "/visits/{visit}/", "/visits/{visit}/correct/", "/visits/new/",
        "/visits/new/?household={household}", "/visits/held/", "/customers/", "/customers/households/{household}/",
        "/customers/households/{household}/edit/", "/customers/{person}/edit/", "/customers/households/new/",
        "/needs/", "/grids/", "/grids/{grid}/", "/grids/map/", "/performance/", "/performance/{month}/",
        "/performance/{month}/{score}/", "/performance/{month}/{score}/visit_coverage/", "/accounts/tokens/",
        "/accounts/password/",
    ],
    "chen": ["/", "/visits/", "/customers/", "/needs/", "/grids/{grid}/", "/grids/{grid}/assignments/new/", "/grids/map/"],
    "zhao": ["/", "/grids/", "/grids/map/", "/customers/", "/performance/", "/performance/{month}/"],
}  # fmt: skip

# beside those, what is opened to ask, to decide, to help, and by whom the bank is kept
MORE = {
    "li": [
        "/search/?q=甲", "/help/", "/customers/?q=W", "/customers/?by=person", "/customers/households/{household}/people/new/",
        "/visits/new/?household={household}&q=zz", "/needs/close/", "/visits/?since=x", "/nowhere/",
        "/grids/handovers/",
    ],
    "chen": [
        "/customers/claims/", "/customers/{person}/restrict/", "/customers/{person}/death/", "/customers/{person}/move/",
        "/customers/households/{household}/move/", "/grids/", "/performance/{month}/print/",
        "/performance/{month}/{score}/visit_coverage/parts/", "/grids/gaps/", "/grids/handovers/",
        "/grids/handovers/new/?giver={user}&kind=grid&grid={grid}", "/performance/targets/", "/exchange/",
        "/exchange/new/households/",
    ],
    "zhao": [
        "/setup/", "/grids/gaps/", "/performance/targets/", "/performance/{month}/print/", "/exchange/",
        "/exchange/new/grids/", "/exchange/new/products/", "/grids/?take=print", "/grids/backdatings/", "/grids/{grid}/name/", "/grids/{grid}/close/",
        "/grids/{grid}/duties/new/",
    ],
    "sysadmin": ["/exchange/", "/exchange/new/staff/", "/", "/people/", "/people/new/", "/people/{user}/"],
    "secadmin": ["/", "/people/", "/people/{user}/"],
    "auditor": ["/", "/audit/", "/audit/?q=甲", "/audit/readings/", "/performance/proofs/", "/help/"],
}  # fmt: skip

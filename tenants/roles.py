"""Who may do what: one table. Read by the access door, shown to people on the rights page."""

from enum import StrEnum


class Role(StrEnum):
    OPERATOR = "operator"
    MANAGER = "manager"
    FINANCE = "finance"
    DESPACHANTE = "despachante"
    POST_OPERATOR = "post_operator"
    POST_ADMIN = "post_admin"
    FINANCIAL_AGENT = "financial_agent"
    READER = "reader"
    ERP_DEVELOPER = "erp_developer"
    ECOSYSTEM_ADMIN = "ecosystem_admin"
    AUDITOR = "auditor"


class Right(StrEnum):
    ENTER = "enter"
    VIEW_ORDERS = "view_orders"
    SUBMIT_ORDERS = "submit_orders"
    DECIDE_ORDERS = "decide_orders"
    VIEW_PERSONAL_DATA = "view_personal_data"
    ACCEPT_TERM = "accept_term"
    VIEW_TERM = "view_term"


LABELS = {
    Role.OPERATOR: "Operador",
    Role.MANAGER: "Gestor",
    Role.FINANCE: "Financeiro",
    Role.DESPACHANTE: "Despachante",
    Role.POST_OPERATOR: "Operador de posto",
    Role.POST_ADMIN: "Administrador de posto",
    Role.FINANCIAL_AGENT: "Representante do agente financeiro",
    Role.READER: "Consulta",
    Role.ERP_DEVELOPER: "Desenvolvedor do ERP",
    Role.ECOSYSTEM_ADMIN: "Administrador do ecossistema",
    Role.AUDITOR: "Auditor",
}

_READ = frozenset({Right.ENTER, Right.VIEW_TERM, Right.VIEW_ORDERS})
_WORK = _READ | {Right.SUBMIT_ORDERS, Right.VIEW_PERSONAL_DATA}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OPERATOR: _WORK,
    Role.MANAGER: _WORK | {Right.DECIDE_ORDERS, Right.ACCEPT_TERM},
    Role.FINANCE: _READ,
    Role.DESPACHANTE: _WORK,
    Role.POST_OPERATOR: frozenset({Right.ENTER, Right.VIEW_TERM}),
    Role.POST_ADMIN: frozenset({Right.ENTER, Right.VIEW_TERM, Right.ACCEPT_TERM}),
    Role.FINANCIAL_AGENT: frozenset({Right.ENTER, Right.VIEW_TERM, Right.ACCEPT_TERM}),
    Role.READER: _READ,
    Role.ERP_DEVELOPER: frozenset({Right.ENTER, Right.VIEW_TERM}),
    Role.ECOSYSTEM_ADMIN: _READ | {Right.DECIDE_ORDERS},
    Role.AUDITOR: _READ | {Right.VIEW_PERSONAL_DATA},
}
ECOSYSTEM_WIDE = frozenset({Role.ECOSYSTEM_ADMIN, Role.AUDITOR})

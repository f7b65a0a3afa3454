"""*Termo de Adesão*: publishing a version, and accepting the very text that was on the screen (AT-02)."""

import hashlib

from accounts.models import User
from journal import services as journal
from kernel.actor import Actor
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach
from outbox import services as outbox
from tenants.errors import MayNotAccept, NoTerm, PlaceRefused, TermChanged
from tenants.models import AdhesionAcceptance, AdhesionTerm, Ecosystem, Establishment, Membership
from tenants.roles import Right
from tenants.selectors import acceptance_of, term_in_force

ADHESION_ACCEPTED = "adhesion.accepted"
LANE = "papers"


def publish_term(*, ecosystem: Ecosystem, title: str, text: str, actor: Actor, request_id: str = "") -> AdhesionTerm:
    """The next version, in the ecosystem's scope; from its commit on every establishment is asked again.

    The text that is in force already is not published twice. Raises PlaceRefused for an empty title or text.
    """
    title, text = title.strip(), "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
    if not title or not text.strip():
        raise PlaceRefused("O termo precisa de título e texto.")
    with unit_of_work():
        Ecosystem.objects.select_for_update().get(pk=ecosystem.pk)
        before = term_in_force()
        if before is not None and (before.title, before.text) == (title, text):
            return before
        term = AdhesionTerm(
            ecosystem=ecosystem,
            version=before.version + 1 if before else 1,
            title=title,
            text=text,
            text_hash=hashlib.sha256(text.encode()).hexdigest(),
        )
        term.save(force_insert=True)
        reach("tenants.adhesion.publish_term.term_saved")
        journal.record(
            "adhesion.published",
            subject_type="adhesion_term",
            subject_id=term.pk,
            actor=actor,
            data={"version": term.version, "text_hash": term.text_hash},
            request_id=request_id,
        )
        reach("tenants.adhesion.publish_term.recorded")
    reach("tenants.adhesion.publish_term.committed")
    return term


def accept_term(
    *,
    establishment: Establishment,
    user: User,
    membership: Membership,
    shown_version: int,
    shown_hash: str,
    ip: str,
    user_agent: str,
    request_id: str = "",
) -> AdhesionAcceptance:
    """The establishment's acceptance of the version in force; a second click finds the first one's.

    `shown_version` and `shown_hash` come back from the screen. Raises MayNotAccept, NoTerm, and TermChanged when
    another text is in force by now. Announces ADHESION_ACCEPTED, for the PDF.
    """
    if not _speaks_for(membership, user, establishment):
        raise MayNotAccept("O seu papel aqui não permite aceitar o termo; peça ao gestor do estabelecimento.")
    with unit_of_work():
        # Two clicks wait for one another here.
        Establishment.objects.select_for_update(no_key=True).get(pk=establishment.pk)
        term = term_in_force()
        if term is None:
            raise NoTerm("O ecossistema ainda não publicou o Termo de Adesão.")
        if (term.version, term.text_hash) != (shown_version, shown_hash):
            raise TermChanged("O termo mudou enquanto você lia. Leia a versão nova, na tela, antes de aceitar.")
        if (given := acceptance_of(term, establishment)) is not None:
            return given
        acceptance = AdhesionAcceptance(
            term=term,
            ecosystem_id=establishment.ecosystem_id,
            establishment=establishment,
            accepted_by=user,
            accepted_name=user.name,
            accepted_role=membership.role_label,
            ip=ip,
            user_agent=user_agent[:300],
            text_hash=term.text_hash,
        )
        acceptance.save(force_insert=True)
        reach("tenants.adhesion.accept_term.acceptance_saved")
        journal.record(
            ADHESION_ACCEPTED,
            subject_type="adhesion_acceptance",
            subject_id=acceptance.pk,
            actor=user.as_actor(),
            data={"version": term.version, "text_hash": term.text_hash},
            request_id=request_id,
        )
        reach("tenants.adhesion.accept_term.recorded")
        outbox.enqueue(
            ADHESION_ACCEPTED,
            lane=LANE,
            payload={"acceptance_id": acceptance.pk},
            subject_type="adhesion_acceptance",
            subject_id=acceptance.pk,
            request_id=request_id,
        )
        reach("tenants.adhesion.accept_term.message_left")
    reach("tenants.adhesion.accept_term.committed")
    return acceptance


def _speaks_for(membership: Membership, user: User, establishment: Establishment) -> bool:
    return (
        membership.active
        and membership.user_id == user.pk
        and membership.ecosystem_id == establishment.ecosystem_id
        and membership.establishment_id in (None, establishment.pk)
        and membership.has(Right.ACCEPT_TERM)
    )

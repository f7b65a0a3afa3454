"""Addresses of orders, inside an establishment."""

from django.urls import path

from transactions.rules.agencies import SALE_COMMUNICATION, SALE_INTENTION
from transactions.views import acts, bulk, cancelling, drafts, fees, files, orders, people, starting

app_name = "transactions"
INTENTION, COMMUNICATION = {"kind": SALE_INTENTION}, {"kind": SALE_COMMUNICATION}
PLACE = "<slug:ecosystem>/<slug:establishment>"
DRAFT = f"{PLACE}/rascunhos/<uuid:token>"
ORDER = f"{PLACE}/pedidos/<slug:number>"
REQUEST = f"{PLACE}/solicitacoes/<slug:number>"
FILE = f"{PLACE}/lotes/<uuid:token>"
urlpatterns = [
    path(f"{PLACE}/intencoes/", orders.listing, INTENTION, name="intention_list"),
    path(f"{PLACE}/intencoes/busca/", orders.search, INTENTION, name="intention_search"),
    path(f"{PLACE}/intencoes/nova/", starting.new, INTENTION, name="intention_new"),
    path(f"{PLACE}/comunicados/", orders.listing, COMMUNICATION, name="communication_list"),
    path(f"{PLACE}/comunicados/busca/", orders.search, COMMUNICATION, name="communication_search"),
    path(f"{PLACE}/comunicados/novo/", starting.new, COMMUNICATION, name="communication_new"),
    path(f"{DRAFT}/", drafts.page, name="draft"),
    path(f"{DRAFT}/salvar/", drafts.save, name="draft_save"),
    path(f"{DRAFT}/descartar/", drafts.discard, name="draft_discard"),
    path(f"{DRAFT}/nfe/", files.nfe, name="draft_nfe"),
    path(f"{DRAFT}/digitalizacao/", files.scan, name="draft_scan"),
    path(f"{DRAFT}/campo/", people.field_check, name="draft_field_check"),
    path(f"{DRAFT}/pessoa/", people.known, name="draft_person_known"),
    path(f"{DRAFT}/pessoa/usar/", people.use, name="draft_person_use"),
    path(f"{ORDER}/", orders.page, name="order"),
    path(f"{ORDER}/andamento/", orders.timeline, name="order_timeline"),
    path(f"{ORDER}/atpve/", acts.ask_atpve, name="atpve_ask"),
    path(f"{ORDER}/retirar/", acts.withdraw, name="order_withdraw"),
    path(f"{ORDER}/encerrar/", acts.close, name="order_close"),
    path(f"{ORDER}/verificar/", acts.ask_again, name="order_ask_again"),
    path(f"{ORDER}/corrigir/", starting.correct, name="order_correct"),
    path(f"{ORDER}/cancelar/", cancelling.begin, name="cancellation"),
    path(f"{ORDER}/taxa/verificar/", fees.verify, name="order_verify"),
    path(f"{ORDER}/taxa/nova-guia/", fees.new_slip, name="slip_new"),
    path(f"{ORDER}/taxa/<slug:slip>/restituicao/", fees.settle_duplicity, name="duplicity_settle"),
    path(f"{REQUEST}/", cancelling.page, name="cancellation_draft"),
    path(f"{REQUEST}/andamento/", cancelling.live, name="cancellation_live"),
    path(f"{REQUEST}/assinada/", cancelling.signed, name="cancellation_signed"),
    path(f"{REQUEST}/enviar/", cancelling.send, name="cancellation_send"),
    path(f"{PLACE}/lotes/", bulk.files, name="bulk_files"),
    path(f"{PLACE}/lotes/modelo.csv", bulk.model, name="bulk_template"),
    path(f"{FILE}/", bulk.page, name="bulk_file"),
    path(f"{FILE}/andamento/", bulk.live, name="bulk_live"),
    path(f"{FILE}/linhas.csv", bulk.lines, name="bulk_lines"),
    path(f"{FILE}/enviar/", bulk.confirm, name="bulk_confirm"),
    path(f"{FILE}/descartar/", bulk.discard, name="bulk_discard"),
]

"""What an agency's code means for the person who reads it, and whose turn it is (docs/agencies/detran-sandbox.md)."""

from dataclasses import dataclass

YOURS, AGENCY, PORTAL, DONE = "yours", "agency", "portal", "done"
TURNS = {
    YOURS: "A vez é sua",
    AGENCY: "Depende do DETRAN",
    PORTAL: "O portal cuida disso",
    DONE: "Nada a fazer",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Plain words beside the agency's own; `turn` is one of YOURS, AGENCY, PORTAL, DONE."""

    text: str
    turn: str

    @property
    def turn_label(self) -> str:
        return TURNS[self.turn]


NOT_KNOWN = Explanation(
    "O DETRAN não tem este veículo na base. Confira placa, Renavam e chassi no documento; se o veículo é de outro "
    "estado, a venda se registra no DETRAN de lá.",
    YOURS,
)
NOT_ONE_VEHICLE = Explanation(
    "Placa, Renavam e chassi existem, mas não são do mesmo veículo. Confira os três no documento e corrija.", YOURS
)
NOT_THE_OWNER = Explanation(
    "No DETRAN o veículo está em nome de outra pessoa. Confira o vendedor; se a compra ainda não foi transferida, "
    "a transferência vem primeiro.",
    YOURS,
)
COURT = Explanation(
    "Há uma ordem judicial sobre o veículo. Só o tribunal que a deu pode retirá-la; depois, envie de novo.", AGENCY
)
STOLEN = Explanation(
    "O veículo tem registro de furto ou roubo. Se foi recuperado, a baixa se pede na delegacia; depois, envie de novo.",
    AGENCY,
)
SAME_PERSON = Explanation("O comprador e o vendedor são a mesma pessoa. Corrija um dos dois e reenvie.", YOURS)
ALREADY_COMMUNICATED = Explanation(
    "A venda deste veículo já foi comunicada. Se não foi por você, confira com o vendedor ou no DETRAN.", YOURS
)
TARGET_UNKNOWN = Explanation("O DETRAN não encontra o registro que se quer cancelar. Fale com o suporte.", PORTAL)
BY_ANOTHER = Explanation(
    "O registro foi feito por outra integradora, e só por ela se cancela. Procure-a ou vá ao DETRAN.", YOURS
)
NOT_THE_SELLER = Explanation(
    "Só o vendedor que está no registro pode pedir o cancelamento. Confira de quem é o pedido.", YOURS
)
EXPLANATIONS = {
    "000": Explanation("O DETRAN registrou.", DONE),
    "IV-001": NOT_KNOWN,
    "IV-002": NOT_ONE_VEHICLE,
    "IV-003": NOT_THE_OWNER,
    "IV-004": Explanation(
        "O número do CRV ou o código de segurança não é o do documento mais novo do veículo. Confira os dois.",
        YOURS,
    ),
    "IV-005": Explanation(
        "O veículo já tem uma intenção de venda em vigor, feita por outro caminho. Comunique a venda por ela, ou "
        "peça o cancelamento no DETRAN antes de enviar outra.",
        YOURS,
    ),
    "IV-006": COURT,
    "IV-007": STOLEN,
    "IV-008": Explanation(
        "O veículo está alienado a um banco. Depois de quitado, o banco dá baixa no gravame; então envie de novo.",
        AGENCY,
    ),
    "IV-009": ALREADY_COMMUNICATED,
    "IV-010": SAME_PERSON,
    "IV-011": Explanation("O veículo foi baixado e não pode mais ser vendido para circular.", AGENCY),
    "IV-012": Explanation("A intenção de venda não está mais registrada no DETRAN; não há o que cancelar.", YOURS),
    "IV-013": Explanation("A ATPV-e já foi emitida, e este DETRAN não cancela a intenção depois disso.", AGENCY),
    "IV-014": Explanation("A ATPV-e foi cancelada no DETRAN. Para vender, envie uma nova intenção de venda.", YOURS),
    "IV-404": Explanation(
        "O DETRAN não encontra mais esta intenção de venda. Peça de novo mais tarde ou procure o DETRAN.", AGENCY
    ),
    "CV-001": NOT_KNOWN,
    "CV-002": NOT_ONE_VEHICLE,
    "CV-003": NOT_THE_OWNER,
    "CV-004": Explanation("O número da ATPV-e não existe ou é de outro veículo. Confira os 15 dígitos.", YOURS),
    "CV-005": Explanation(
        "A ATPV-e foi cancelada ou a venda por ela já foi comunicada. Confira se o comunicado já existe.", YOURS
    ),
    "CV-006": Explanation(
        "Comprador, data ou valor não são os da ATPV-e. O comunicado deve repetir o que está nela; corrija e reenvie.",
        YOURS,
    ),
    "CV-007": Explanation(
        "O número ou o código de segurança do ATPV não confere com o do CRV, ou o CRV do veículo já é digital.", YOURS
    ),
    "CV-008": ALREADY_COMMUNICATED,
    "CV-009": SAME_PERSON,
    "CV-010": Explanation("A data da venda é anterior à da ATPV-e. Corrija a data e reenvie.", YOURS),
    "CV-011": COURT,
    "CV-012": STOLEN,
    "CV-013": Explanation("Este DETRAN só recebe comunicados feitos a partir da ATPV-e.", YOURS),
    "CV-404": Explanation("O DETRAN não encontra este comunicado.", AGENCY),
    "CI-001": TARGET_UNKNOWN,
    "CI-002": BY_ANOTHER,
    "CI-003": Explanation("A intenção de venda já está cancelada no DETRAN; não há mais o que cancelar.", YOURS),
    "CI-004": Explanation("A venda já foi comunicada. Para desfazê-la, cancele primeiro o comunicado de venda.", YOURS),
    "CI-005": Explanation("A ATPV-e já foi lida, e este DETRAN não cancela a intenção depois disso.", AGENCY),
    "CI-006": NOT_THE_SELLER,
    "CI-404": Explanation("O DETRAN não encontra este cancelamento.", AGENCY),
    "CC-001": TARGET_UNKNOWN,
    "CC-002": BY_ANOTHER,
    "CC-003": Explanation("O comunicado de venda já está cancelado no DETRAN; não há mais o que cancelar.", YOURS),
    "CC-004": Explanation(
        "O DETRAN já tem um cancelamento deste comunicado em andamento. Se não foi por aqui, espere ele terminar.",
        AGENCY,
    ),
    "CC-005": NOT_THE_SELLER,
    "CC-006": Explanation(
        "O veículo já foi transferido para outro dono, e a venda não pode mais ser desfeita por aqui.", AGENCY
    ),
    "CC-404": Explanation("O DETRAN não encontra este cancelamento.", AGENCY),
    "GU-001": Explanation("O DETRAN já tem uma guia em aberto; o portal a busca e mostra aqui.", PORTAL),
    "GU-002": Explanation("A guia foi paga e espera a compensação. Não pague de novo.", AGENCY),
    "GU-003": Explanation("A taxa já foi reconhecida, ou o cancelamento terminou; não é preciso outra guia.", PORTAL),
    "GU-404": Explanation("O DETRAN não encontra esta guia.", AGENCY),
    "VEI-404": NOT_KNOWN,
    "VAL-001": Explanation(
        "O DETRAN não aceitou a forma de um ou mais campos, ditos ao lado. Corrija-os e reenvie.", YOURS
    ),
    "AUT-001": Explanation(
        "O DETRAN não aceitou a credencial do portal. Fale com o suporte; depois, peça para verificar.",
        PORTAL,
    ),
    "GER-400": Explanation("O DETRAN não entendeu a mensagem do portal. Fale com o suporte.", PORTAL),
    "GER-404": Explanation("O DETRAN não oferece este serviço por aqui. Fale com o suporte.", PORTAL),
    "GER-405": Explanation("O DETRAN não oferece este serviço por aqui. Fale com o suporte.", PORTAL),
    "GER-413": Explanation(
        "Os arquivos passaram do tamanho que o DETRAN aceita. Envie uma digitalização menor.", YOURS
    ),
    "GER-429": Explanation("O DETRAN pediu para esperar. O portal envia de novo na hora que ele marcou.", PORTAL),
    "GER-500": Explanation(
        "O sistema do DETRAN falhou. O portal pergunta se o pedido entrou antes de repetir.", PORTAL
    ),
    "GER-503": Explanation("O sistema do DETRAN está fora do ar. O portal tenta de novo sozinho.", PORTAL),
}
UNKNOWN = Explanation(
    "É um código que o portal ainda não conhece. Leia as palavras do DETRAN ao lado; se não disserem o que corrigir, "
    "fale com o suporte.",
    YOURS,
)


def explain(code: str) -> Explanation | None:
    """None when the agency gave no code; UNKNOWN for a code that is not in the table."""
    return EXPLANATIONS.get(code, UNKNOWN) if code else None

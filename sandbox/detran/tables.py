"""The DETRAN's tables. The unique indexes repeat the promises that matter: one live intention, one live
communication, one running cancellation, one accepted payment, each effect once."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS veiculo (
    uf TEXT NOT NULL,
    chassi TEXT NOT NULL,
    placa TEXT NOT NULL,
    renavam TEXT NOT NULL,
    marca_modelo TEXT NOT NULL,
    ano_fabricacao INTEGER NOT NULL,
    ano_modelo INTEGER NOT NULL,
    cor TEXT NOT NULL,
    combustivel TEXT NOT NULL,
    tipo TEXT NOT NULL,
    municipio TEXT NOT NULL,
    documento_proprietario TEXT NOT NULL,
    numero_crv TEXT NOT NULL,
    codigo_seguranca_crv TEXT NOT NULL,
    tipo_crv TEXT NOT NULL,
    restricoes TEXT NOT NULL,
    PRIMARY KEY (uf, chassi),
    UNIQUE (uf, placa),
    UNIQUE (uf, renavam)
);
CREATE TABLE IF NOT EXISTS intencao (
    protocolo TEXT PRIMARY KEY,
    uf TEXT NOT NULL,
    integradora TEXT NOT NULL,
    numero_atpve TEXT NOT NULL UNIQUE,
    referencia TEXT NOT NULL,
    situacao TEXT NOT NULL CHECK (situacao IN ('REGISTRADA', 'CANCELADA', 'COMUNICADA')),
    placa TEXT NOT NULL,
    renavam TEXT NOT NULL,
    chassi TEXT NOT NULL,
    documento_vendedor TEXT NOT NULL,
    documento_comprador TEXT NOT NULL,
    data_venda TEXT NOT NULL,
    valor TEXT NOT NULL,
    registrada_em TEXT NOT NULL,
    atpve_lido_em TEXT,
    pedido TEXT NOT NULL,
    atpve BLOB
);
CREATE UNIQUE INDEX IF NOT EXISTS intencao_ativa ON intencao (uf, chassi) WHERE situacao = 'REGISTRADA';
CREATE INDEX IF NOT EXISTS intencao_chassi ON intencao (uf, chassi);
CREATE INDEX IF NOT EXISTS intencao_referencia ON intencao (uf, referencia);
CREATE TABLE IF NOT EXISTS comunicado (
    protocolo TEXT PRIMARY KEY,
    uf TEXT NOT NULL,
    integradora TEXT NOT NULL,
    referencia TEXT NOT NULL,
    origem TEXT NOT NULL CHECK (origem IN ('ATPVE', 'ATPV_PAPEL')),
    numero_atpve TEXT REFERENCES intencao (numero_atpve),
    numero_atpv TEXT,
    situacao TEXT NOT NULL,
    placa TEXT NOT NULL,
    renavam TEXT NOT NULL,
    chassi TEXT NOT NULL,
    documento_vendedor TEXT NOT NULL,
    documento_comprador TEXT NOT NULL,
    data_venda TEXT NOT NULL,
    valor TEXT NOT NULL,
    registrado_em TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS comunicado_ativo ON comunicado (uf, chassi) WHERE situacao = 'REGISTRADO';
CREATE INDEX IF NOT EXISTS comunicado_chassi ON comunicado (uf, chassi);
CREATE INDEX IF NOT EXISTS comunicado_referencia ON comunicado (uf, referencia);
CREATE TABLE IF NOT EXISTS cancelamento_intencao (
    protocolo TEXT PRIMARY KEY,
    uf TEXT NOT NULL,
    integradora TEXT NOT NULL,
    protocolo_intencao TEXT NOT NULL UNIQUE REFERENCES intencao (protocolo),
    referencia TEXT NOT NULL,
    situacao TEXT NOT NULL,
    motivo TEXT NOT NULL,
    justificativa TEXT,
    documento_requerente TEXT NOT NULL,
    nome_requerente TEXT NOT NULL,
    sha256_solicitacao TEXT NOT NULL,
    placa TEXT NOT NULL,
    renavam TEXT NOT NULL,
    chassi TEXT NOT NULL,
    cancelada_em TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS cancelamento_intencao_chassi ON cancelamento_intencao (uf, chassi);
CREATE INDEX IF NOT EXISTS cancelamento_intencao_referencia ON cancelamento_intencao (uf, referencia);
CREATE TABLE IF NOT EXISTS cancelamento_comunicado (
    protocolo TEXT PRIMARY KEY,
    uf TEXT NOT NULL,
    integradora TEXT NOT NULL,
    protocolo_comunicado TEXT NOT NULL REFERENCES comunicado (protocolo),
    referencia TEXT NOT NULL,
    motivo TEXT NOT NULL,
    justificativa TEXT,
    documento_requerente TEXT NOT NULL,
    nome_requerente TEXT NOT NULL,
    sha256_solicitacao TEXT NOT NULL,
    placa TEXT NOT NULL,
    renavam TEXT NOT NULL,
    chassi TEXT NOT NULL,
    solicitado_em TEXT NOT NULL,
    -- Planned when a payment is accepted. `proximo_passo` is what the ledger doesn't have yet, due at `proximo_em`.
    taxa_reconhecida_em TEXT,
    em_processamento_em TEXT,
    concluido_em TEXT,
    proximo_passo TEXT CHECK (proximo_passo IN ('RECONHECER', 'CONCLUIR')),
    proximo_em TEXT,
    desfecho TEXT CHECK (desfecho IN ('CANCELADO', 'INDEFERIDO')),
    motivo_indeferimento TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS cancelamento_comunicado_vivo ON cancelamento_comunicado (protocolo_comunicado)
    WHERE desfecho IS NULL OR desfecho = 'CANCELADO';
CREATE INDEX IF NOT EXISTS cancelamento_comunicado_proximo ON cancelamento_comunicado (uf, proximo_em)
    WHERE proximo_em IS NOT NULL;
CREATE INDEX IF NOT EXISTS cancelamento_comunicado_chassi ON cancelamento_comunicado (uf, chassi);
CREATE INDEX IF NOT EXISTS cancelamento_comunicado_referencia ON cancelamento_comunicado (uf, referencia);
CREATE TABLE IF NOT EXISTS guia (
    numero TEXT PRIMARY KEY,
    uf TEXT NOT NULL,
    cancelamento TEXT NOT NULL REFERENCES cancelamento_comunicado (protocolo),
    linha_digitavel TEXT NOT NULL,
    codigo_barras TEXT NOT NULL,
    pix_copia_e_cola TEXT NOT NULL,
    valor TEXT NOT NULL,
    fonte TEXT NOT NULL,
    emitida_em TEXT NOT NULL,
    vencimento TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS guia_cancelamento ON guia (cancelamento);
CREATE TABLE IF NOT EXISTS pagamento (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    guia TEXT NOT NULL REFERENCES guia (numero),
    cancelamento TEXT NOT NULL REFERENCES cancelamento_comunicado (protocolo),
    valor TEXT NOT NULL,
    em TEXT NOT NULL,
    meio TEXT NOT NULL,
    efeito TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS pagamento_guia ON pagamento (guia);
CREATE UNIQUE INDEX IF NOT EXISTS pagamento_aceito ON pagamento (cancelamento) WHERE efeito = 'ACEITO';
CREATE TABLE IF NOT EXISTS relogio (
    uf TEXT PRIMARY KEY,
    adiantado_segundos REAL NOT NULL DEFAULT 0,
    compensacao REAL,
    processamento REAL
);
CREATE TABLE IF NOT EXISTS contador (
    nome TEXT PRIMARY KEY,
    valor INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS razao (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    uf TEXT NOT NULL,
    operacao TEXT NOT NULL,
    protocolo TEXT NOT NULL,
    referencia TEXT NOT NULL,
    chassi TEXT NOT NULL,
    em TEXT NOT NULL,
    valor TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS razao_uma_vez ON razao (operacao, protocolo);
CREATE INDEX IF NOT EXISTS razao_chassi ON razao (chassi);
CREATE TRIGGER IF NOT EXISTS razao_nao_muda BEFORE UPDATE ON razao
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS razao_nao_encolhe BEFORE DELETE ON razao
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
# What a file written by an earlier version lacks, in order; a new file is born with all of it.
UPGRADES = (
    """
ALTER TABLE razao ADD COLUMN valor TEXT;
CREATE TABLE comunicado_novo (
    protocolo TEXT PRIMARY KEY,
    uf TEXT NOT NULL,
    integradora TEXT NOT NULL,
    referencia TEXT NOT NULL,
    origem TEXT NOT NULL CHECK (origem IN ('ATPVE', 'ATPV_PAPEL')),
    numero_atpve TEXT REFERENCES intencao (numero_atpve),
    numero_atpv TEXT,
    situacao TEXT NOT NULL,
    placa TEXT NOT NULL,
    renavam TEXT NOT NULL,
    chassi TEXT NOT NULL,
    documento_vendedor TEXT NOT NULL,
    documento_comprador TEXT NOT NULL,
    data_venda TEXT NOT NULL,
    valor TEXT NOT NULL,
    registrado_em TEXT NOT NULL
);
INSERT INTO comunicado_novo SELECT * FROM comunicado ORDER BY rowid;
DROP TABLE comunicado;
ALTER TABLE comunicado_novo RENAME TO comunicado;
""",
)

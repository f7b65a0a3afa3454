"""The DETRAN's tables. The indexes repeat the two promises that matter: one live intention, one communication."""

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
    registrado_em TEXT NOT NULL,
    UNIQUE (uf, chassi)
);
CREATE INDEX IF NOT EXISTS comunicado_referencia ON comunicado (uf, referencia);
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
    em TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS razao_chassi ON razao (chassi);
CREATE TRIGGER IF NOT EXISTS razao_nao_muda BEFORE UPDATE ON razao
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS razao_nao_encolhe BEFORE DELETE ON razao
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""

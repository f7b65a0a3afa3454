"""The process: how it starts and stops, what it remembers, what it never writes down."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import httpx
import pytest

from tests.sandbox import specimens
from tests.sandbox.process import ROOT, SandboxProcess
from tests.sandbox.selling import Case, being_cancelled, communicated, effects


def test_state_survives_a_stop_and_a_kill(tmp_path):
    with SandboxProcess(data=tmp_path) as process:
        vehicle = process.put_vehicle()
        asked = specimens.intention(vehicle)
        with process.client() as mg:
            told = mg.post("/intencoes-venda", json=asked).json()
        assert process.kill() == -signal.SIGKILL
        address = process.start().base_url
        with process.client() as mg:
            found = mg.get(f"/intencoes-venda/{told['protocolo']}").json()
            assert found["numero_atpve"] == told["numero_atpve"]
            assert mg.post("/intencoes-venda", json=asked).json()["codigo"] == "IV-005"
        assert process.stop() == 0
        assert process.start().base_url == address
        assert len(process.ledger(chassis=vehicle["chassi"])) == 1
        assert [visit["status"] for visit in process.visits(chassis=vehicle["chassi"])] == [201, 200, 409]


def test_a_cancellation_goes_on_over_stops_and_kills(tmp_path):
    with SandboxProcess(data=tmp_path) as process:
        process.times(clearing=100, processing=200)
        process.clock(1000)
        with process.client() as mg:
            case = being_cancelled(process, mg)
            process.kill()
            process.start()
            slip = case.slip()
            process.kill()
            process.start()
            assert mg.post(case.path + "/guia").json()["codigo"] == "GU-001"
            assert process.pay(slip) == "ACEITO"
            process.kill()
            process.start()
            assert process.pay(slip) == "EM_DUPLICIDADE"
            ahead = process.control("GET", "/relogio", params={"uf": "mg"}).json()["adiantado_segundos"]
            assert ahead == 1000
            process.clock(100)
            assert case.shown()["situacao"] == "TAXA_RECONHECIDA"
            process.kill()
            process.start()
            process.clock(200)
            assert process.stop() == 0
            process.start()
            assert case.shown()["situacao"] == "CANCELADO"
            process.kill()
            process.start()
        assert effects(process, case.vehicle) == [
            "incluir_intencao",
            "incluir_comunicado",
            "cancelar_comunicado",
            "emitir_guia",
            "reconhecer_taxa",
            "concluir_cancelamento",
        ]


def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path):
    with SandboxProcess(data=tmp_path) as process, process.client() as mg:
        vehicle, wish, told = communicated(process, mg)
        process.stop()
        downgrade(tmp_path / "detran.sqlite3")
        process.start()
        assert effects(process, vehicle) == ["incluir_intencao", "incluir_comunicado"]
        asked = specimens.cancellation(wish)
        answer = mg.post(f"/comunicados-venda/{told['protocolo']}/cancelamentos", json=asked)
        case = Case(mg, vehicle, told["protocolo"], asked, answer.json()["protocolo"])
        process.times(clearing=0, processing=0)
        process.pay(case.slip())
        process.stop()
        process.start()
        again = specimens.intention(vehicle)
        number = mg.post("/intencoes-venda", json=again).json()["numero_atpve"]
        answer = mg.post("/comunicados-venda", json=specimens.communication(vehicle, again, number))
        assert answer.status_code == 201


def downgrade(file):
    """Make a file what the first version wrote: no cancellations, no value in the ledger, one communication ever."""
    with sqlite3.connect(file) as connection:
        connection.executescript(
            """
            DROP TABLE pagamento; DROP TABLE guia; DROP TABLE cancelamento_comunicado;
            DROP TABLE cancelamento_intencao; DROP TABLE relogio;
            DROP INDEX razao_uma_vez; ALTER TABLE razao DROP COLUMN valor;
            DROP INDEX comunicado_ativo; DROP INDEX comunicado_chassi;
            CREATE UNIQUE INDEX uma_vez ON comunicado (uf, chassi);
            PRAGMA user_version = 0;
            """
        )
    connection.close()


def test_a_restart_never_overwrites_a_vehicle_with_its_seed(tmp_path):
    seed = {"placa": "QNT9095", "renavam": "00324834098", "chassi": "9BRABF0EEKZ683200"}
    with SandboxProcess(data=tmp_path) as process:
        process.put_vehicle(**seed, cor="ROSA")
        process.stop()
        process.start()
        with process.client() as mg:
            shown = mg.get("/veiculos", params={"placa": seed["placa"], "renavam": seed["renavam"]})
        assert shown.json()["cor"] == "ROSA"


def test_a_stop_commits_what_was_to_be_committed_late(tmp_path):
    with SandboxProcess(data=tmp_path) as process:
        vehicle = process.put_vehicle()
        process.fault("commit_tardio", seconds=600)
        with process.client() as mg, pytest.raises(httpx.TransportError):
            mg.post("/intencoes-venda", json=specimens.intention(vehicle))
        assert process.stop() == 0
        process.start()
        assert len(process.ledger(chassis=vehicle["chassi"])) == 1
        assert process.faults() == []


def test_a_stop_does_not_wait_for_a_long_latency(tmp_path):
    with SandboxProcess(data=tmp_path) as process:
        process.fault("latencia", seconds=600)

        def ask():
            with process.client() as mg, pytest.raises(httpx.HTTPError):
                mg.get("/veiculos").raise_for_status()

        waiting = threading.Thread(target=ask)
        waiting.start()
        while not process.visits(operation="consultar_veiculo"):
            time.sleep(0.02)
        started = time.monotonic()
        assert process.stop() == 0
        assert time.monotonic() - started < 10
        waiting.join()


def test_the_environment_sets_credentials_key_and_data(tmp_path):
    environment = {"SANDBOX_CREDENTIAL_MG": "outra", "SANDBOX_CONTROL_KEY": "chave"}
    with SandboxProcess(data=tmp_path, environment=environment) as process:
        vehicle = process.put_vehicle()
        query = {"placa": vehicle["placa"], "renavam": vehicle["renavam"]}
        for credential, status in (("outra", 200), ("sandbox-mg", 401), ("sandbox-mg-concorrente", 200)):
            with process.client(credential=credential) as mg:
                assert mg.get("/veiculos", params=query).status_code == status
        wrong = httpx.get(f"{process.base_url}/_controle/falhas", headers={"X-Controle": "controle"})
        assert wrong.status_code == 401


def test_another_detran_is_a_matter_of_data(tmp_path):
    table = tmp_path / "detrans.toml"
    table.write_text(
        '[ap]\nnome = "DETRAN do Amapá"\ncodigo_ibge = "16"\noperacoes = ["consultar_veiculo"]\n'
        'origens_comunicado = []\ncancela_apos_leitura = true\ncredenciais = { integradora = "sandbox-ap" }\n',
        encoding="utf-8",
    )
    with SandboxProcess(data=tmp_path, environment={"SANDBOX_DETRANS": str(table)}) as process:
        vehicle = process.put_vehicle(uf="ap")
        with process.client("ap") as ap:
            query = {"placa": vehicle["placa"], "renavam": vehicle["renavam"]}
            assert ap.get("/veiculos", params=query).json()["uf"] == "AP"
            answer = ap.post("/intencoes-venda", json=specimens.intention(vehicle))
            assert (answer.status_code, answer.json()["mensagem"]) == (
                404,
                "Operação não oferecida por este DETRAN.",
            )
        with process.client("mg") as mg:
            assert mg.get("/veiculos").status_code == 404


def test_a_taken_port_is_said_and_the_process_ends(sandbox, tmp_path):
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox", "--port", str(sandbox.port), "--data", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode != 0
    assert "address already in use" in ended.stderr
    assert ended.stdout == ""


def test_it_says_in_one_line_when_it_is_ready_and_stops_on_ctrl_c(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--host", "127.0.0.1"],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_PORT": "0", "SANDBOX_DATA": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("sandbox ready http://127.0.0.1:")
        assert httpx.get(line.split()[-1] + "/_controle/saude").json() == {"ok": True}
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""
        assert process.wait(10) == 0


def test_a_signal_during_the_start_is_not_lost(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0", "--data", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        while not (tmp_path / "detran.sqlite3").exists():
            time.sleep(0.005)
        process.terminate()
        assert process.wait(10) in (0, -signal.SIGTERM)


def test_the_log_names_nobody(tmp_path):
    with SandboxProcess(data=tmp_path) as process:
        vehicle = process.put_vehicle()
        asked = specimens.intention(vehicle)
        with process.client() as mg:
            protocol = mg.post("/intencoes-venda", json=asked).json()["protocolo"]
            mg.get(f"/intencoes-venda/{protocol}/atpve")
            mg.get("/intencoes-venda", params={"chassi": vehicle["chassi"]})
            mg.get("/veiculos", params={"placa": vehicle["placa"], "renavam": vehicle["renavam"]})
            mg.post("/intencoes-venda", json={**asked, "nome": "Zulmira Exemplo Fictícia"})
            case = being_cancelled(process, mg)
            slip = case.slip()
            process.pay(slip)
            mg.get(f"/guias/{slip['numero']}/pdf")
            mg.post("/intencoes-venda", content=b'{"nome": "Zulmira Exemplo Fict\xc3\xadcia"')
            # A crash as well: the table is gone under the agency's feet.
            with sqlite3.connect(tmp_path / "detran.sqlite3") as connection:
                connection.execute("ALTER TABLE veiculo RENAME TO elsewhere")
            connection.close()
            crash = mg.post("/intencoes-venda", json=asked, headers={"X-Request-Id": "r-9"})
            assert (crash.status_code, crash.json()["codigo"]) == (500, "GER-500")
            assert crash.headers["x-request-id"] == "r-9"
        process.stop()
        log = process.log_file.read_text()
    assert "crash OperationalError at " in log
    assert "Traceback" not in log
    secrets = [
        *(vehicle[name] for name in ("placa", "renavam", "chassi", "documento_proprietario", "numero_crv")),
        *(asked["comprador"][name] for name in ("documento", "nome", "email", "telefone")),
        asked["vendedor"]["nome"],
        case.wish["requerente"]["documento"],
        case.vehicle["chassi"],
        slip["numero"],
        slip["pix_copia_e_cola"],
        "Zulmira",
        "sandbox-mg",
    ]
    assert [word for word in secrets if word in log] == []


def test_a_caller_who_leaves_in_mid_sentence_is_no_crash(sandbox):
    with socket.create_connection(("127.0.0.1", sandbox.port)) as wire:
        wire.sendall(b"POST /detran/mg/v1/intencoes-venda HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    time.sleep(0.2)
    assert httpx.get(f"{sandbox.base_url}/_controle/saude").status_code == 200
    assert "crash" not in sandbox.log_file.read_text()

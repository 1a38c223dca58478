from deploy import Target


def test_run_id_is_set(monkeypatch):
    monkeypatch.setenv("DEPLOY_STAGE", "canary")
    assert Target.current().replicas == 1


def test_production_is_large(production):
    assert Target.current().replicas == 6

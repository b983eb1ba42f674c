"""Where it is tried how ports are remembered."""

from pathlib import Path

from chassis.embedded import ports


def test_a_file_that_a_loss_of_power_left_empty_names_no_port(tmp_path: Path) -> None:
    file = tmp_path / "port"
    file.write_text("")

    port = ports.remembered(file)

    assert file.read_text() == str(port)

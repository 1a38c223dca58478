from scans import desk_of, staging


def test_a_folder_is_made(tmp_path):
    assert staging(tmp_path, "desk7").is_dir()


def test_the_desk_is_in_the_name(tmp_path):
    assert desk_of(staging(tmp_path, "desk7")) == "desk7"

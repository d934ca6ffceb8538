"""Tests of ray_inspect.py: a cluster of two machines, made on this one, that loses one of them; a stop; a process that dies.

    python -m venv venv && venv/bin/pip install -r crate/cli/fleet/requirements.txt pytest
    cargo build -p spotcheck
    SPOTCHECK=target/debug/spotcheck venv/bin/pytest crate/cli/fleet

They need Python and Ray, and so are no part of `cargo xtask test`.
"""

import json
import os
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet
import pytest
import ray
from ray.cluster_utils import Cluster

import ray_inspect

# Workers get its classes as they are: its folder is not on their path.
ray.cloudpickle.register_pickle_by_value(ray_inspect)

SPOTCHECK = os.path.abspath(os.environ.get("SPOTCHECK", "target/debug/spotcheck"))
STORE = 100_000_000


def spotcheck(*arguments):
    return subprocess.run([SPOTCHECK, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A manifest of 44 pictures of six kinds of parts, and what `spotcheck inspect --json` says of each."""
    folder = tmp_path_factory.mktemp("drawn")
    spotcheck("parts", "--layout", "folder", "--split", "unseen", "--seed", "5", "--count", "44", "--size", "128", "--out", folder)
    pictures = sorted(path for label in ("good", "bad") for path in folder.glob(f"*/{label}/*.png"))
    assert len(pictures) == 44
    manifest = folder / "pictures.csv"
    rows = [f"{path.relative_to(folder)},{path.parts[-3].replace('_', ' ')}" for path in pictures]
    manifest.write_text("\n".join(["path,object", *rows]))
    lines = spotcheck("inspect", "--engine", "rten", "--json", "--manifest", manifest).splitlines()
    return manifest, [json.loads(line) for line in lines]


@pytest.fixture
def cluster():
    """A head without cores, so that all work is done by the machines that join it."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": STORE})
    ray.init(address=cluster.address)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def arguments(out, *more):
    return ray_inspect.parser().parse_args(["--engine", "rten", "--spotcheck", SPOTCHECK, "--out", str(out), *more])


def table(out):
    return pyarrow.parquet.read_table(Path(out) / "results.parquet").to_pylist()


def same(rows, expected):
    """Each picture has one row, in the order of the manifest, and it is what the plain command says."""
    assert [row["id"] for row in rows] == list(range(len(expected)))
    for row, line in zip(rows, expected, strict=True):
        assert (row["path"], row["object"], row["score"]) == (line["path"], line["object"], line["score"])
        assert (row["rejected"], row["error"]) == (line["verdict"] == "reject", None)
        full = json.loads(row["json"])
        assert row["seconds"] == full.pop("seconds")["total"] > 0
        assert full == {key: value for key, value in line.items() if key != "seconds"}


def test_a_machine_that_leaves_takes_nothing_with_it(cluster, drawn, tmp_path):
    manifest, expected = drawn
    machines = {}
    for _ in range(2):
        machine = cluster.add_node(num_cpus=1, object_store_memory=STORE)
        machines[machine.node_id] = machine
    rows, gone = [], []

    def done(row):
        rows.append(row)
        # Once both have shown that they work, the one that has just given a result, and has the next batches, is killed.
        if not gone and len(rows) >= 12 and len({row["node"] for row in rows}) == 2:
            gone.append((row["node"], len(rows)))
            cluster.remove_node(machines[row["node"]], allow_graceful=False)

    failed = ray_inspect.run(arguments(tmp_path, "--manifest", str(manifest), "--actors", "2", "--batch", "2"), done)
    assert failed == 0
    [(node, number)] = gone
    assert 12 <= number <= 32
    assert max(Counter((row["path"]) for row in rows).values()) == 1
    after = Counter(row["node"] for row in rows[number:])
    [other] = set(machines) - {node}
    # All but what was on its way to this process already.
    assert after[other] >= len(expected) - number - 4
    assert [alive["NodeID"] for alive in ray.nodes() if not alive["Alive"]] == [node]
    same(table(tmp_path), expected)
    assert len((tmp_path / "results.jsonl").read_text().splitlines()) == len(expected)


class Stop(Exception):
    pass


def test_after_a_stop_it_goes_on(cluster, drawn, tmp_path):
    manifest, expected = drawn
    cluster.add_node(num_cpus=1, object_store_memory=STORE)
    options = ["--manifest", str(manifest), "--batch", "4"]
    rows = []

    def stop(row):
        rows.append(row)
        if len(rows) == 14:
            raise Stop

    with pytest.raises(Stop):
        ray_inspect.run(arguments(tmp_path, *options), stop)
    journal = tmp_path / "results.jsonl"
    # And as if it had been killed while it wrote.
    journal.write_bytes(journal.read_bytes()[:-9])
    assert ray_inspect.run(arguments(tmp_path, *options), rows.append) == 0
    # One picture was done again: that of the torn line.
    assert len(rows) == len(expected) + 1
    same(table(tmp_path), expected)
    before = journal.read_bytes()
    assert ray_inspect.run(arguments(tmp_path, *options), rows.append) == 0
    assert len(rows) == len(expected) + 1 and journal.read_bytes() == before
    with pytest.raises(ray_inspect.Unusable, match="another engine: 'rten' then, 'auto' now"):
        ray_inspect.run(arguments(tmp_path, *options, "--engine", "auto"))


def test_a_picture_that_cannot_be_inspected_has_a_row(cluster, drawn, tmp_path):
    _, [line, *_] = drawn
    cluster.add_node(num_cpus=1, object_store_memory=STORE)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    manifest = tmp_path / "list.txt"
    manifest.write_text(f"broken.png\r\n{line['path']}\n\nnowhere.png\n")
    out = tmp_path / "out"
    options = arguments(out, "--manifest", str(manifest), "--object", line["object"])
    assert ray_inspect.run(options) == 2
    rows = table(out)
    assert [Path(row["path"]).name for row in rows] == ["broken.png", Path(line["path"]).name, "nowhere.png"]
    assert "not a picture" in rows[0]["error"] and rows[0]["score"] is None and rows[0]["rejected"] is None
    assert (rows[1]["score"], rows[1]["error"]) == (line["score"], None)
    assert rows[2]["error"] == "cannot be read: No such file or directory"
    broken.write_bytes(Path(line["path"]).read_bytes())
    tried = []
    assert ray_inspect.run(options, tried.append) == 2 and tried == []
    options.retry = True
    assert ray_inspect.run(options, tried.append) == 1 and len(tried) == 2
    assert [row["score"] for row in table(out)] == [line["score"], line["score"], None]


def test_a_process_that_cannot_start_ends_the_run(cluster, drawn, tmp_path):
    manifest, _ = drawn
    cluster.add_node(num_cpus=1, object_store_memory=STORE)
    options = arguments(tmp_path, "--manifest", str(manifest), "--", "--no-such-option")
    with pytest.raises(ray_inspect.Unusable, match="(?s)does not start: exit code 2, error: unexpected argument '--no-such-option'"):
        ray_inspect.run(options)
    assert not (tmp_path / "results.parquet").exists()


def test_a_result_that_comes_twice_counts_once_and_none_may_be_missing(monkeypatch, tmp_path):
    """Without a cluster: what it gives is made here."""
    manifest = tmp_path / "list.txt"
    manifest.write_text("a.png\nb.png\n")
    options = arguments(tmp_path / "out", "--manifest", str(manifest), "--object", "gear")

    def given(*names):
        rows = [{"path": str(tmp_path / name), "object": "gear", "node": "n", "json": f'{{"error": "{at}"}}'} for at, name in enumerate(names)]
        monkeypatch.setattr(ray_inspect, "answers", lambda pictures, arguments: iter(rows))

    monkeypatch.setattr(ray, "is_initialized", lambda: True)
    told = []
    given("b.png", "b.png")
    with pytest.raises(ray_inspect.Unusable, match="1 pictures have no result"):
        ray_inspect.run(options, told.append)
    given("b.png", "a.png", "a.png")
    assert ray_inspect.run(options, told.append) == 2
    assert [row["json"] for row in told] == ['{"error": "0"}', '{"error": "1"}']
    assert [(row["id"], Path(row["path"]).name, row["error"]) for row in table(options.out)] == [(0, "a.png", "1"), (1, "b.png", "0")]


STANDS_IN = """#!{python}
import json, os, sys
while header := sys.stdin.buffer.readline():
    header = json.loads(header)
    picture = sys.stdin.buffer.read(header["bytes"])
    with open({starts!r}, "a") as log:
        log.write(picture.decode() + "\\n")
    if picture == b"kills" or picture == b"kills once" and open({starts!r}).read().count("kills once") == 1:
        print("out of luck", file=sys.stderr, flush=True)
        os._exit(7)
    print(json.dumps({{"id": header["id"], "score": 0.5, "pid": os.getpid()}}), flush=True)
"""


def test_a_picture_that_kills_the_process_twice_is_given_up(tmp_path):
    """With a program in the binary's place that dies when a picture says so."""
    program, log = tmp_path / "stands_in.py", tmp_path / "log"
    program.write_text(STANDS_IN.format(python=sys.executable, starts=str(log)))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    warm = ray_inspect.Warm([str(program)])

    def ask(content):
        picture = tmp_path / "picture"
        picture.write_text(content)
        return json.loads(warm.inspect(str(picture), "gear"))

    first, second = ask("a"), ask("b")
    assert first["pid"] == second["pid"] and first["score"] == 0.5
    assert ask("kills") == {"error": "spotcheck died of it twice: exit code 7, out of luck"}
    assert ask("kills once")["pid"] != first["pid"]
    # Each start is shown by an empty frame.
    asked = ["", "a", "b", "kills", "", "kills", "", "kills once", "", "kills once"]
    assert log.read_text().split("\n") == [*asked, ""]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a.png\n./a.png\n", "listed twice"),
        ("path,object\na.png,gear\n,gear\n", "a line without a path"),
        ("path\na.png\n", "nothing says what the thing in"),
        ("\n", "has no picture"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_refused(tmp_path, content, said):
    manifest = tmp_path / "list.txt"
    manifest.write_text(content)
    more = [] if "nothing" in said else ["--object", "gear"]
    with pytest.raises(ray_inspect.Unusable, match=said):
        ray_inspect.run(arguments(tmp_path, "--manifest", str(manifest), *more))


def test_a_folder_is_a_list_too(tmp_path):
    for name in ("b.PNG", "a/c.jpg", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = ray_inspect.pictures_of(arguments(tmp_path, "--folder", str(tmp_path), "--object", "gear"))
    assert found == [(str(tmp_path / name), "gear") for name in ("a/c.jpg", "b.PNG")]

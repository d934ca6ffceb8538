#!/usr/bin/env python3
"""Inspects pictures on the machines of a Ray cluster.

    pip install -r requirements.txt
    python ray_inspect.py --manifest pictures.csv --object "bottle cap" --out results

An actor owns one warm `spotcheck inspect --frames`: networks are loaded once, frames go in, JSON comes out. Actors read the
pictures themselves, so the paths (and `--pack`, `--settings` and `--spotcheck`) must mean the same on all machines: a shared file
system, or copies. Ray Data hands out the pictures in small batches. When a machine leaves, it gives the batches that were
there to other actors; when one joins, it gets actors, up to `--actors`.

Results come to this process alone, and end in three files of `--out`:

    run.json         what was asked for: another pack, engine or setting is refused
    results.jsonl    a line a picture, as results come
    results.parquet  made from it at the end, a row a picture in the order of the manifest

Called again, it inspects what has no result yet, so that nothing is lost or done twice by a stop. Should a batch be done twice
when a machine leaves, the first result of a picture counts, and the other is dropped. A picture that cannot be inspected has
a row with an error; `--retry` tries those again. The exit code is 1 when there are such rows, 2 when nothing can be done.

Columns of the table: path, id (the place in the manifest, from 0), object, score, rejected, seconds, error, node (Ray's id of
the machine), json (all that `spotcheck inspect --json` says).
"""

import argparse
import csv
import fcntl
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

# Ray tells its makers of its use otherwise.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import pyarrow
import pyarrow.parquet
import ray

ENDINGS = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif"}
ANSWER = pyarrow.schema([(name, pyarrow.string()) for name in ("path", "object", "node", "json")])
TABLE = pyarrow.schema(
    [
        ("path", pyarrow.string()),
        ("id", pyarrow.int64()),
        ("object", pyarrow.string()),
        ("score", pyarrow.float64()),
        ("rejected", pyarrow.bool_()),
        ("seconds", pyarrow.float64()),
        ("error", pyarrow.string()),
        ("node", pyarrow.string()),
        ("json", pyarrow.string()),
    ]
)
ROWS_AT_A_TIME = 10_000
# Bytes of a dead process's messages that are passed on.
LAST_WORDS = 1000


class Unusable(Exception):
    """Arguments or files that a person has to change."""


class Warm:
    """A process that answers frames (see `crate/cli/src/inspect/frames.rs`): started when it is needed, and again once it has died."""

    def __init__(self, command, environment=None):
        self.command, self.environment, self.process = command, environment, None

    def inspect(self, path, thing):
        """What it says of a picture's file: the JSON of a result, or of an `error`."""
        try:
            picture = Path(path).read_bytes()
        except OSError as error:
            return json.dumps({"error": f"cannot be read: {error.strerror}"})
        for _ in range(2):
            if self.process is None:
                self.start()
            answer = self.ask({"path": path, "object": thing}, picture)
            if answer is not None:
                return answer
            reason = self.end()
        return json.dumps({"error": f"spotcheck died of it twice: {reason}"})

    def start(self):
        """An empty frame shows that it answers: what it cannot even begin with is no picture's fault, and ends the run."""
        self.said = tempfile.TemporaryFile()
        pipe = subprocess.PIPE
        try:
            self.process = subprocess.Popen(self.command, stdin=pipe, stdout=pipe, stderr=self.said, env=self.environment)
        except OSError as error:
            raise Unusable(f"{self.command[0]} cannot be started: {error.strerror}") from error
        if self.ask({}, b"") is None:
            raise Unusable(f"{' '.join(self.command)} does not start: {self.end()}")

    def ask(self, header, picture):
        """The answer without its id, or nothing when the process has died of it."""
        header = json.dumps({"id": 0, "bytes": len(picture)} | header)
        try:
            self.process.stdin.write(header.encode() + b"\n" + picture)
            self.process.stdin.flush()
        except OSError:
            return None
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        answer = json.loads(line)
        del answer["id"]
        return json.dumps(answer, ensure_ascii=False)

    def end(self):
        """Why it has died: its exit code, and the end of what it wrote."""
        self.process.stdout.close()
        try:
            self.process.stdin.close()
        except OSError:
            pass  # What was not written yet is of no use to anybody.
        code = self.process.wait()
        self.process = None
        self.said.seek(max(0, self.said.seek(0, os.SEEK_END) - LAST_WORDS))
        last = self.said.read().decode(errors="replace").strip()
        self.said.close()
        return f"exit code {code}, {last or 'without a word'}"


class Inspect:
    """The actor: one warm process, and the batches that come to it."""

    def __init__(self, command, environment):
        self.node = ray.get_runtime_context().get_node_id()
        self.warm = Warm(command, os.environ | environment)

    def __call__(self, batch):
        pairs = zip(batch["path"].to_pylist(), batch["object"].to_pylist())
        rows = [
            {"path": path, "object": thing, "node": self.node, "json": self.warm.inspect(path, thing)}
            for path, thing in pairs
        ]
        return pyarrow.Table.from_pylist(rows, schema=ANSWER)


class Journal:
    """Results as they come, a line each: the last one of a picture counts. A line that a stop has torn is cut off."""

    def __init__(self, folder, run):
        folder.mkdir(parents=True, exist_ok=True)
        self.file = open(folder / "results.jsonl", "a+b")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unusable(f"another process is writing into {folder}") from None
        self.check(folder / "run.json", run)
        self.places, self.failed, end = {}, set(), 0
        self.file.seek(0)
        for line in self.file:
            if not line.endswith(b"\n"):
                break
            self.index(json.loads(line), end)
            end += len(line)
        self.file.truncate(end)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    @staticmethod
    def check(path, run):
        if not path.exists():
            path.write_text(json.dumps(run, indent=2) + "\n")
        then = json.loads(path.read_text())
        for key in run:
            if then.get(key) != run[key]:
                raise Unusable(
                    f"the results in {path.parent} were made with another {key}: {then.get(key)!r} then, {run[key]!r} now"
                )

    def index(self, row, place):
        key = row["path"], row["object"]
        self.places[key] = place
        (self.failed.add if "error" in json.loads(row["json"]) else self.failed.discard)(key)

    def add(self, row):
        """Adds a result, which takes the place of an earlier one."""
        place = self.file.seek(0, os.SEEK_END)
        self.file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        self.file.flush()
        self.index(row, place)

    def row(self, number, key):
        """A picture's row of the table."""
        self.file.seek(self.places[key])
        row = json.loads(self.file.readline())
        found = json.loads(row["json"])
        if "error" in found:
            return row | {"id": number, "error": found["error"]}
        result = {"score": found["score"], "rejected": found["verdict"] == "reject", "seconds": found["seconds"]["total"]}
        return row | {"id": number} | result

    def write_table(self, path, pictures):
        """Writes the table, which is there under its name only when it is whole."""
        half = path.with_suffix(".part")
        with pyarrow.parquet.ParquetWriter(half, TABLE) as writer:
            for first in range(0, len(pictures), ROWS_AT_A_TIME):
                some = enumerate(pictures[first : first + ROWS_AT_A_TIME], first)
                writer.write_table(pyarrow.Table.from_pylist([self.row(*one) for one in some], schema=TABLE))
        half.replace(path)


def listed(manifest):
    """The paths and objects that a file lists, as `spotcheck inspect --manifest` reads it."""
    text = (sys.stdin.buffer.read() if manifest == "-" else Path(manifest).read_bytes()).decode("utf-8-sig")
    folder = os.path.abspath("" if manifest == "-" else os.path.dirname(manifest))
    rows = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    header = [name.strip().lower() for name in next(rows, [])]
    if "path" in header:
        columns = [header.index(name) if name in header else None for name in ("path", "object")]
        cell = lambda row, at: row[at].strip() if at is not None and at < len(row) else ""
        pairs = [[cell(row, at) for at in columns] for row in rows if row]
        if not all(path for path, _ in pairs):
            raise Unusable(f"{manifest} has a line without a path")
    elif manifest.lower().endswith(".csv"):
        raise Unusable(f"the first line of {manifest} lacks path: the columns are path[,object]")
    else:
        pairs = [(path.removesuffix("\r"), "") for path in text.split("\n") if path.strip()]
    return [(os.path.join(folder, path), thing) for path, thing in pairs]


def pictures_of(arguments):
    """Each picture's path and object, in the order of the manifest or of the folder's paths."""
    if arguments.manifest:
        pairs = listed(arguments.manifest)
    else:
        found = sorted(path for path in Path(arguments.folder).absolute().rglob("*") if path.suffix.lower() in ENDINGS)
        pairs = [(str(path), "") for path in found]
    pictures = [(path, thing or arguments.object) for path, thing in pairs]
    if not pictures:
        raise Unusable(f"{arguments.manifest or arguments.folder} has no picture")
    seen = set()
    for path, thing in pictures:
        if not thing:
            raise Unusable(f"nothing says what the thing in {path} is: give --object, or fill a column `object`")
        if (meant := os.path.normpath(path)) in seen:
            raise Unusable(f"{path} is listed twice")
        seen.add(meant)
    return pictures


def answers(pictures, arguments):
    """Inspects pictures on the cluster; gives results as they come, in no order."""
    command = [arguments.spotcheck, "inspect", "--frames", "--engine", arguments.engine]
    for option in ("pack", "settings"):
        if getattr(arguments, option):
            command += [f"--{option}", os.path.abspath(getattr(arguments, option))]
    # A process takes the cores that Ray has given to its actor, and no others.
    environment = {"RTEN_NUM_THREADS": str(arguments.cpus)}
    # A batch is a task: its results come together, and it is done again when its machine leaves.
    batches = -(-len(pictures) // arguments.batch)
    asked = pyarrow.Table.from_pylist([{"path": path, "object": thing} for path, thing in pictures])
    dataset = ray.data.from_arrow(asked, override_num_blocks=batches).map_batches(
        Inspect,
        fn_constructor_args=(command + arguments.more, environment),
        batch_format="pyarrow",
        batch_size=None,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=arguments.actors),
        num_cpus=arguments.cpus,
        num_gpus=arguments.gpus,
    )
    try:
        for block in dataset.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
            yield from block.to_pylist()
    except ray.exceptions.RayTaskError as error:
        raise error.cause if isinstance(error.cause, Unusable) else error from None


def run(arguments, done=lambda row: None):
    """Inspects what has no result yet, and writes the table. `done` is told of each row. Gives how many rows have an error."""
    pictures = pictures_of(arguments)
    settings = json.loads(Path(arguments.settings).read_text()) if arguments.settings else None
    asked = {"pack": arguments.pack, "engine": arguments.engine, "settings": settings, "more": arguments.more}
    with Journal(Path(arguments.out), asked) as journal:
        again = journal.failed if arguments.retry else set()
        left = {picture: None for picture in pictures if picture not in journal.places or picture in again}
        if left:
            if not ray.is_initialized():
                ray.init(address=arguments.address)
            context = ray.data.DataContext.get_current()
            context.enable_progress_bars, context.raise_original_map_exception = False, True
            for row in answers(list(left), arguments):
                if (key := (row["path"], row["object"])) in left:
                    del left[key]
                    journal.add(row)
                    print(f"{len(pictures) - len(left)} of {len(pictures)}: {row['path']}", file=sys.stderr)
                    done(row)
        if left:
            raise Unusable(f"{len(left)} pictures have no result: call it again")
        journal.write_table(Path(arguments.out) / "results.parquet", pictures)
        return sum(picture in journal.failed for picture in pictures)


def parser():
    usage, _, rest = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(description=usage, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--manifest", metavar="FILE", help="a path a line, or CSV with path[,object]; - is the standard input")
    source.add_argument("--folder", metavar="DIR", help="all pictures in this folder and those below")
    parser.add_argument("--object", metavar="NAME", help="what the thing in the pictures is, where the manifest does not say it")
    parser.add_argument("--out", metavar="DIR", required=True, help="where results go, on this machine")
    parser.add_argument("--pack", metavar="DIR", help="a pack's folder instead of the demo pack")
    parser.add_argument("--engine", default="auto", help="auto, wonnx (GPU) or rten (CPU)")
    parser.add_argument("--settings", metavar="FILE", help="numbers and lists of the method as JSON")
    parser.add_argument("--actors", type=int, default=1, metavar="N", help="warm processes in the cluster, at most (1)")
    parser.add_argument("--cpus", type=int, default=1, metavar="N", help="cores of an actor (1)")
    parser.add_argument("--gpus", type=float, default=0, metavar="N", help="graphics cards of an actor, or a share of one (0)")
    parser.add_argument("--batch", type=int, default=8, metavar="N", help="pictures that go to an actor at a time (8)")
    parser.add_argument("--retry", action="store_true", help="tries pictures again that have an error")
    parser.add_argument("--spotcheck", default="spotcheck", metavar="PATH", help="the binary, as all machines find it")
    parser.add_argument("--address", help="the cluster's; without it the one that is running here, or a new one of this machine")
    parser.add_argument("more", nargs="*", metavar="-- OPTION", help="options for spotcheck, as -- --no-sam")
    return parser


def main():
    try:
        failed = run(parser().parse_args())
    except (Unusable, OSError, ValueError, ray.exceptions.RayError) as error:
        print(f"ray_inspect: {error}", file=sys.stderr)
        return 2
    if failed:
        print(f"ray_inspect: {failed} pictures could not be inspected", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

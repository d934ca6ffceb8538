// The tests' own host of checkpoints behaves as huggingface.co does, as far as the page can tell.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { serveCheckpoints } from "./support/host.mjs";

describe("the host of checkpoints", () => {
  let folder, host;
  const large = Buffer.alloc(1_500_000, "spotcheck");
  const model = "/o/r/resolve/main/onnx/model.onnx";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "spotcheck-host-"));
    await mkdir(join(folder, "o/r/onnx"), { recursive: true });
    await writeFile(join(folder, "o/r/onnx/model.onnx"), large);
    await writeFile(join(folder, "o/r/config.json"), "{}");
    host = await serveCheckpoints(folder);
  });

  after(async () => {
    host.close();
    await rm(folder, { recursive: true });
  });

  const ask = (path, headers = {}) => fetch(host.address + path, { headers });
  const bytes = async (response) => Buffer.from(await response.arrayBuffer());
  const hash = createHash("sha256").update(large).digest("hex");

  test("sends files whole and from a place on, and tells their hash", async () => {
    const whole = await ask(model);
    assert.equal(whole.status, 200);
    assert.equal(whole.headers.get("x-linked-etag"), `"${hash}"`);
    assert.equal(whole.headers.get("access-control-allow-origin"), "*");
    assert.ok((await bytes(whole)).equals(large));
    const etag = whole.headers.get("etag");
    const rest = await ask(model, { range: "bytes=1499990-", "if-range": etag });
    assert.equal(rest.status, 206);
    assert.equal(rest.headers.get("content-range"), "bytes 1499990-1499999/1500000");
    assert.ok((await bytes(rest)).equals(large.subarray(1_499_990)));
    // Of another version there is no rest.
    const other = await ask(model, { range: "bytes=1499990-", "if-range": '"other"' });
    assert.equal(other.status, 200);
    assert.ok((await bytes(other)).equals(large));
    assert.equal((await ask(model, { range: "bytes=1500000-" })).status, 416);
    assert.deepEqual(host.requests.filter(({ url }) => url === model).map(({ from, sent }) => [from, sent]), [
      [0, 1_500_000], [1_499_990, 10], [0, 1_500_000], [1_500_000, 0],
    ]);
  });

  test("lists a repository", async () => {
    const { siblings } = await (await ask("/api/models/o/r/revision/main?blobs=true")).json();
    assert.deepEqual(siblings.toSorted((a, b) => a.size - b.size), [
      { rfilename: "config.json", size: 2 },
      { rfilename: "onnx/model.onnx", size: 1_500_000, lfs: { sha256: hash, size: 1_500_000 } },
    ]);
  });

  test("says what is not there", async () => {
    for (const path of ["/o/r/resolve/main/tokenizer.json", "/o/none/resolve/main/a", "/api/models/o/none/revision/main", "/x"]) {
      const { status, headers } = await ask(path);
      assert.deepEqual([status, headers.get("access-control-allow-origin")], [404, "*"], path);
    }
  });

  test("cuts connections, and takes none until it is told to", async () => {
    host.setRate(200_000);
    const response = await ask(model);
    const reader = response.body.getReader();
    assert.ok((await reader.read()).value.length < large.length);
    host.cut();
    await assert.rejects(async () => {
      while (!(await reader.read()).done);
    });
    await assert.rejects(ask(model));
    host.restore();
    host.setRate(Infinity);
    assert.ok((await bytes(await ask(model))).equals(large));
  });
});

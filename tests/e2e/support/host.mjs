import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import { Transform } from "node:stream";

/** Files that the Hub keeps apart, whose SHA-256 it tells. */
const LARGE = 1e6;

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "range, if-range",
  "access-control-expose-headers": "ETag, Content-Range, Accept-Ranges, X-Linked-Size, X-Linked-ETag",
};

/**
 * Serves checkpoints as huggingface.co does: `/OWNER/NAME/resolve/REVISION/PATH`, with ranges, and the list of a repository's files
 * with their sizes and hashes. `folder` has the repositories in it. All connections together get `bytesPerSecond`.
 */
export async function serveCheckpoints(folder, { bytesPerSecond = Infinity } = {}) {
  const requests = [];
  const connections = new Set();
  const hashes = new Map();
  let closed = false;
  let silent = false;
  let rate = bytesPerSecond;
  // When the next byte may go, in milliseconds.
  let free = 0;

  async function sha256(file) {
    if (!hashes.has(file)) {
      const hash = createHash("sha256");
      await pipeline(createReadStream(file), hash);
      hashes.set(file, hash.digest("hex"));
    }
    return hashes.get(file);
  }

  /** Lets bytes through as fast as they may go, and counts them. */
  function throttle(request) {
    return new Transform({
      transform(chunk, _, done) {
        // What never says that it is done keeps the connection open, and nothing more comes.
        if (silent) return;
        const now = performance.now();
        free = Math.max(free, now) + (chunk.length / rate) * 1000;
        setTimeout(() => {
          request.sent += chunk.length;
          done(null, chunk);
        }, free - now);
      },
    });
  }

  async function list(repo) {
    const siblings = [];
    for (const entry of await readdir(join(folder, repo), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath ?? entry.path, entry.name);
      const { size } = await stat(file);
      const rfilename = file.slice(join(folder, repo).length + 1);
      const lfs = size > LARGE ? { lfs: { sha256: await sha256(file), size } } : {};
      siblings.push({ rfilename, size, ...lfs });
    }
    return { id: repo, sha: "0".repeat(40), siblings };
  }

  async function answer(message, response) {
    const { method, url, headers } = message;
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
    const range = /^bytes=(\d+)-$/.exec(headers.range ?? "");
    const request = { method, url: path, from: 0, sent: 0 };
    requests.push(request);
    if (method === "OPTIONS") return response.writeHead(204, CORS).end();
    const repository = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/[^/]+$/.exec(path);
    if (repository) {
      const json = JSON.stringify(await list(repository[1]));
      return response.writeHead(200, { ...CORS, "content-type": "application/json" }).end(json);
    }
    const resolved = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(path);
    if (!resolved) return response.writeHead(404, CORS).end();
    const file = join(folder, resolved[1], normalize(`/${resolved[2]}`));
    const { size, mtimeMs } = await stat(file);
    const etag = `"${size.toString(16)}-${Math.round(mtimeMs).toString(16)}"`;
    const same = headers["if-range"] === undefined || headers["if-range"] === etag;
    const from = range && same ? Number(range[1]) : 0;
    request.from = from;
    if (from >= size && from > 0) {
      return response.writeHead(416, { ...CORS, "content-range": `bytes */${size}` }).end();
    }
    const linked = size > LARGE ? { "x-linked-size": size, "x-linked-etag": `"${await sha256(file)}"` } : {};
    const part = range && same ? { "content-range": `bytes ${from}-${size - 1}/${size}` } : {};
    response.writeHead(range && same ? 206 : 200, {
      ...CORS, ...linked, ...part, etag, "accept-ranges": "bytes", "content-length": size - from,
      "content-type": file.endsWith(".json") ? "application/json" : "application/octet-stream",
    });
    if (method === "HEAD") return response.end();
    await pipeline(createReadStream(file, { start: from }), throttle(request), response);
  }

  const server = createServer((message, response) => {
    answer(message, response).catch((error) => {
      if (error.code === "ENOENT" && !response.headersSent) response.writeHead(404, CORS).end();
      else response.destroy();
    });
  });
  server.on("connection", (socket) => {
    if (closed) return socket.destroy();
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

  const cut = () => {
    closed = true;
    for (const socket of connections) socket.destroy();
  };
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    /** What was asked for so far: method, url (the path), from (the first byte) and sent (bytes so far). */
    requests,
    /** Breaks all connections, and takes no new ones until `restore`. */
    cut,
    /** Sends nothing more over connections, old and new ones, and keeps them open, until `restore`. */
    hush: () => void (silent = true),
    restore: () => void (closed = silent = false),
    setRate: (bytesPerSecond) => void (rate = bytesPerSecond),
    close() {
      cut();
      server.close();
    },
  };
}

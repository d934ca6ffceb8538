import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * Serves a folder as any static host does: no headers but the media type. `under` is the path that the site lies at,
 * with a slash at both ends; there is nothing outside of it. `instead` gives other folders for paths in the site, and
 * `changed` may change what is sent, or hold it back: it gets the path in the site and the bytes. `asked` fills with the
 * requests' methods and paths.
 */
export async function serve(folder, under = "/", { instead = {}, changed = (path, bytes) => bytes } = {}) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    asked.push(`${request.method} ${path}`);
    const inside = path.startsWith(under) ? normalize(`/${path.slice(under.length)}`) : null;
    const other = Object.keys(instead).find((path) => inside?.startsWith(path));
    const name = inside?.endsWith("/") ? `${inside}index.html` : inside;
    const file = name && (other ? join(instead[other], name.slice(other.length)) : join(folder, name));
    try {
      const bytes = await changed(name, await readFile(file));
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
      response.end(bytes);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing here.");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { origin, address: `${origin}${under}`, asked, close };
}

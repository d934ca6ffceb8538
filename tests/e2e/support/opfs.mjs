// What Spotcheck keeps in a page's private file system.

/** Calls `use` in the page with a path's file handle and an argument. The page's policy lets no text become code there. */
async function withFile(page, path, use, argument) {
  const handle = await page.evaluateHandle(async (path) => {
    let at = await (await navigator.storage.getDirectory()).getDirectoryHandle("spotcheck");
    const names = path.split("/");
    for (const name of names.slice(0, -1)) at = await at.getDirectoryHandle(name);
    return at.getFileHandle(names.at(-1));
  }, path);
  return handle.evaluate(use, argument);
}

export function size(page, path) {
  return withFile(page, path, async (handle) => (await handle.getFile()).size);
}

export function text(page, path) {
  return withFile(page, path, async (handle) => (await handle.getFile()).text());
}

export function sha256(page, path) {
  return withFile(page, path, async (handle) => {
    const digest = await crypto.subtle.digest("SHA-256", await (await handle.getFile()).arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  });
}

/** Changes one bit of the byte at a place. */
export function flip(page, path, place) {
  return withFile(
    page,
    path,
    async (handle, place) => {
      const byte = new Uint8Array(await (await handle.getFile()).slice(place, place + 1).arrayBuffer());
      const file = await handle.createWritable({ keepExistingData: true });
      await file.write({ type: "write", position: place, data: byte.map((byte) => byte ^ 1) });
      await file.close();
    },
    place,
  );
}

/** The names in a folder; none when it is not there. */
export function list(page, folder) {
  return page.evaluate(async (folder) => {
    const names = [];
    try {
      const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("spotcheck");
      for await (const name of (await root.getDirectoryHandle(folder)).keys()) names.push(name);
    } catch (error) {
      if (error.name !== "NotFoundError") throw error;
    }
    return names;
  }, folder);
}

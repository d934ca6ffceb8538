import { readFile } from "node:fs/promises";
import { inflateSync } from "node:zlib";

/** Reads a 16-bit gray PNG as values of 0 to 1. */
export async function readMap(path) {
  const bytes = await readFile(path);
  const data = [];
  let width, height;
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString("latin1", at + 4, at + 8);
    const chunk = bytes.subarray(at + 8, at + 8 + length);
    if (kind === "IHDR") {
      [width, height] = [chunk.readUInt32BE(0), chunk.readUInt32BE(4)];
      if (chunk[8] !== 16 || chunk[9] !== 0 || chunk[12] !== 0) throw new Error(`${path} is not a plain 16-bit gray PNG`);
    } else if (kind === "IDAT") data.push(chunk);
    at += length + 12;
  }
  const rows = inflateSync(Buffer.concat(data));
  const stride = width * 2;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x >= 2 ? pixels[y * stride + x - 2] : 0;
      const above = y ? pixels[(y - 1) * stride + x] : 0;
      const corner = y && x >= 2 ? pixels[(y - 1) * stride + x - 2] : 0;
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter];
      pixels[y * stride + x] = rows[y * (stride + 1) + 1 + x] + guess;
    }
  }
  const values = new Float64Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = pixels.readUInt16BE(2 * i) / 65535;
  return { width, height, values };
}

function paeth(a, b, c) {
  const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return da <= db && da <= dc ? a : db <= dc ? b : c;
}

/** The largest difference between two maps of the same size. */
export function difference(a, b) {
  if (a.width !== b.width || a.height !== b.height) return Infinity;
  return a.values.reduce((most, value, i) => Math.max(most, Math.abs(value - b.values[i])), 0);
}

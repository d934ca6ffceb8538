import { crc32, deflateSync } from "node:zlib";

/** An RGB picture as PNG; `pixel` gives the three values at a column and a row. */
export function png(width, height, pixel) {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows.set(pixel(x, y), y * (width * 3 + 1) + 1 + 3 * x);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind, content) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A bright disc on a dark, uneven ground, 1000 × 750, with a dark spot on it. */
export function disc() {
  return png(1000, 750, (x, y) => {
    const inside = (cx, cy, r) => (x - cx) ** 2 + (y - cy) ** 2 < r * r;
    if (inside(540, 330, 12)) return [70, 50, 45];
    if (inside(520, 350, 110)) return [225, 220 - (x % 7), 205];
    return [40 + (x % 11), 36 + (y % 9), 44];
  });
}

import { crc32, deflateSync, inflateSync } from 'node:zlib'

/**
 * A picture of the window as a PNG of at most 256 colours, a third as large as Chromium writes it. The colours that a window
 * has most of are kept as they are: these are its areas and its lines. The others, of the edges of letters, are put together by
 * median cut.
 */
export function smallPng(png: Uint8Array): Uint8Array {
  const { width, height, pixels } = readPng(png)
  const counts = new Map<number, number>()
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  const palette = counts.size <= 256 ? [...counts.keys()] : choose(counts)
  const nearest = new Map(palette.map((colour, n) => [colour, n]))
  const placeOf = (colour: number) => {
    let place = nearest.get(colour)
    if (place === undefined) nearest.set(colour, (place = nearestOf(palette, colour)))
    return place
  }
  // Rows as they are, without a filter: an indexed picture has nothing to gain from one.
  const rows = new Uint8Array(height * (width + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = placeOf(pixels[y * width + x]!)
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  const colours = Buffer.from(palette.flatMap(c => [(c >> 16) & 255, (c >> 8) & 255, c & 255]))
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** As many colours keep their exact value. */
const exact = 160

function choose(counts: ReadonlyMap<number, number>): readonly number[] {
  const ranked = [...counts].sort(([, m], [, n]) => n - m).map(([colour]) => colour)
  const kept = ranked.slice(0, exact)
  let boxes = [ranked.slice(exact)]
  while (boxes.length < 256 - exact) {
    const widest = boxes
      .map((box, n) => ({ n, ...spread(box) }))
      .reduce((a, b) => (b.range * boxes[b.n]!.length > a.range * boxes[a.n]!.length ? b : a))
    if (widest.range === 0) break
    const sorted = boxes[widest.n]!.toSorted(
      (a, b) => part(a, widest.shift) - part(b, widest.shift),
    )
    const middle = sorted.length >> 1
    boxes = [
      ...boxes.filter((_, n) => n !== widest.n),
      sorted.slice(0, middle),
      sorted.slice(middle),
    ]
  }
  return [...kept, ...boxes.filter(box => box.length > 0).map(box => meanOf(box, counts))]
}

const part = (colour: number, shift: number) => (colour >> shift) & 255

function spread(box: readonly number[]): { readonly shift: number; readonly range: number } {
  return [16, 8, 0]
    .map(shift => {
      let [least, most] = [255, 0]
      for (const colour of box) {
        least = Math.min(least, part(colour, shift))
        most = Math.max(most, part(colour, shift))
      }
      return { shift, range: Math.max(0, most - least) }
    })
    .reduce((a, b) => (b.range > a.range ? b : a))
}

function meanOf(box: readonly number[], counts: ReadonlyMap<number, number>): number {
  let weight = 0
  const sums = [0, 0, 0]
  for (const colour of box) {
    const count = counts.get(colour)!
    weight += count
    for (const [n, shift] of [16, 8, 0].entries()) sums[n]! += part(colour, shift) * count
  }
  const [r, g, b] = sums.map(sum => Math.round(sum / weight))
  return (r! << 16) | (g! << 8) | b!
}

function nearestOf(palette: readonly number[], colour: number): number {
  let [best, least] = [0, Infinity]
  for (const [n, each] of palette.entries()) {
    const distance =
      2 * (part(each, 16) - part(colour, 16)) ** 2 +
      4 * (part(each, 8) - part(colour, 8)) ** 2 +
      3 * (part(each, 0) - part(colour, 0)) ** 2
    if (distance < least) [best, least] = [n, distance]
  }
  return best
}

/** Eight bits a channel, not interlaced: what Chromium writes. Each pixel as 0xRRGGBB. */
function readPng(png: Uint8Array): {
  readonly width: number
  readonly height: number
  readonly pixels: Uint32Array
} {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength)
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  const channels = { 2: 3, 6: 4 }[bytes[25]!]
  if (bytes[24] !== 8 || bytes[28] !== 0 || channels === undefined) {
    throw new Error('not a PNG as Chromium writes it')
  }
  const data: Buffer[] = []
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') {
      data.push(bytes.subarray(at + 8, at + 8 + length))
    }
    at += 12 + length
  }
  const raw = inflateSync(Buffer.concat(data))
  const stride = width * channels
  const pixels = new Uint32Array(width * height)
  let above = new Uint8Array(stride)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!
    const row = raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1))
    for (let i = 0; i < stride; i++) {
      const left = i < channels ? 0 : row[i - channels]!
      const up = above[i]!
      const corner = i < channels ? 0 : above[i - channels]!
      row[i] = (row[i]! + predicted(filter, left, up, corner)) & 255
    }
    for (let x = 0; x < width; x++) {
      const i = x * channels
      pixels[y * width + x] = (row[i]! << 16) | (row[i + 1]! << 8) | row[i + 2]!
    }
    above = row
  }
  return { width, height, pixels }
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left
    case 2:
      return up
    case 3:
      return (left + up) >> 1
    case 4: {
      const guess = left + up - corner
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
      return a <= b && a <= c ? left : b <= c ? up : corner
    }
    default:
      return 0
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const all = Buffer.alloc(named.length + 8)
  all.writeUInt32BE(data.length, 0)
  named.copy(all, 4)
  all.writeUInt32BE(crc32(named), named.length + 4)
  return all
}

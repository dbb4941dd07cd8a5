// CRC-32 (zlib's), and that of two texts joined from those of each. Pure.

const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

/** The CRC of bytes. */
export function crc32(bytes) {
  let crc = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[at]) & 255];
  return (crc ^ 0xffffffff) >>> 0;
}

/** That of a newline. */
export const BREAK = crc32(Uint8Array.of(10));

/** The CRC of two texts joined, from that of each and the second's length in bytes: a CRC is a remainder of
 * polynomials over bits, so what follows multiplies what stands before by a power of x (zlib's crc32_combine). */
export function joinCrc(before, after, size) {
  return (times(power(size), before) ^ after) >>> 0;
}

/** The product of two remainders, the bit of x^0 being the highest. */
function times(a, b) {
  let product = 0;
  for (let bit = 0x80000000; bit; bit >>>= 1) {
    if (a & bit) product ^= b;
    b = b & 1 ? (b >>> 1) ^ POLYNOMIAL : b >>> 1;
  }
  return product >>> 0;
}

const SQUARES = [0x40000000]; // x to the powers 1, 2, 4, 8 ...
for (let at = 0; at < 31; at += 1) SQUARES.push(times(SQUARES[at], SQUARES[at]));
const powers = new Map();

/** x to the power of 8 `size`. */
function power(size) {
  if (!powers.has(size)) {
    let found = 0x80000000;
    for (let rest = size, at = 3; rest; rest >>>= 1, at += 1) if (rest & 1) found = times(SQUARES[at % 32], found);
    powers.set(size, found);
  }
  return powers.get(size);
}

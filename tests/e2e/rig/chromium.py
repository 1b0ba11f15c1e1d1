"""A headless Chromium, where there is one: pages as pixels and as the text that people read."""

import shutil
import struct
import subprocess
import zlib

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--hide-scrollbars"]


def chromium():
    """Its program, or None."""
    return shutil.which("chromium")


class Picture:
    """A PNG as Chromium writes it: 8 bits a channel, not interlaced."""

    def __init__(self, data):
        assert data.startswith(b"\x89PNG\r\n\x1a\n"), data[:20]
        at, packed = 8, b""
        while at < len(data):
            size, kind = struct.unpack(">I4s", data[at:at + 8])
            body = data[at + 8:at + 8 + size]
            if kind == b"IHDR":
                self.width, self.height, depth, color = struct.unpack(">IIBB", body[:10])
                assert depth == 8 and color in (2, 6), (depth, color)
                self.step = 3 if color == 2 else 4
            elif kind == b"IDAT":
                packed += body
            at += size + 12
        self.rows = self.unfilter(zlib.decompress(packed))

    def unfilter(self, data):
        """Undoes the filter that each row names in its first byte (PNG §9)."""
        rows, stride, step = [], self.width * self.step, self.step
        above = bytes(stride)
        for start in range(0, len(data), stride + 1):
            kind, row = data[start], bytearray(data[start + 1:start + 1 + stride])
            for i in range(stride):
                left = row[i - step] if i >= step else 0
                corner = above[i - step] if i >= step else 0
                row[i] = (row[i] + self.predicted(kind, left, above[i], corner)) & 255
            rows.append(row)
            above = row
        return rows

    @staticmethod
    def predicted(kind, left, above, corner):
        if kind == 4:
            guess = left + above - corner
            near = [(abs(guess - left), 0, left), (abs(guess - above), 1, above),
                    (abs(guess - corner), 2, corner)]
            return min(near)[2]
        return (0, left, above, (left + above) // 2)[kind]

    def at(self, x, y):
        return tuple(self.rows[y][x * self.step:x * self.step + 3])

    def column(self, x):
        return {self.at(x, y) for y in range(self.height)}


def look(url, folder, dark=False, size=(800, 600), agent=None):
    """What a person sees."""
    target = folder / f"page-{len(list(folder.iterdir()))}.png"
    agents = [f"--user-agent={agent}"] if agent else []
    subprocess.run([chromium(), *FLAGS, f"--user-data-dir={folder / 'profile'}", *agents,
                    f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                    f"--window-size={size[0]},{size[1]}", f"--screenshot={target}", url],
                   check=True, capture_output=True, timeout=60)
    return Picture(target.read_bytes())

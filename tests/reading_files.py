"""Small files of programs, made by hand: rich text, PDF, web pages, ELAN, Praat."""


def rtf(*paragraphs, header="", footnote=""):
    """Write a rich text file as Word does: letters beyond ASCII escaped, a header of pages, a footnote."""

    def escaped(text):
        plain = (
            text.replace("\\", "\\\\")
            .replace("{", "\\{")
            .replace("}", "\\}")
            .replace("\t", "\\tab ")
            .replace("\n", "\\line ")
        )
        return "".join(
            s if ord(s) < 128 else "".join(f"\\u{int.from_bytes(p, 'little', signed=True)}?" for p in pairs(s))
            for s in plain
        )

    def pairs(sign):
        data = sign.encode("utf-16-le")
        return [data[at : at + 2] for at in range(0, len(data), 2)]

    top = "{\\header\\pard " + escaped(header) + "\\par}" if header else ""
    foot = "{\\footnote\\pard " + escaped(footnote) + "}" if footnote else ""
    body = "\n".join(f"\\pard {escaped(text)}\\par" for text in paragraphs)
    return (
        "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Calibri;}}{\\colortbl;\\red0\\green0\\blue0;}\n"
        + top
        + body
        + foot
        + "}"
    )


def pdf(*pages):
    """Write a PDF of pages, each a list of lines of Latin letters, as bytes."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        shown = "".join(
            f"({line.replace(chr(92), chr(92) * 2).replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj T*\n"
            for line in lines
        )
        stream = f"BT /F1 11 Tf 14 TL 60 780 Td\n{shown}ET"
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>"
        objects.append(page)
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + tail.encode()


def eaf(tiers, below=()):
    """Write an ELAN file: tiers as (id, participant, [(begin in ms, end, words)]), and words of a dependent tier."""
    slots, blocks, n = [], [], 0
    first = None
    for tier, who, said in tiers:
        rows = []
        for begin, end, words in said:
            n += 1
            first = first or f"a{n}"
            slots += [(f"ts{2 * n}", begin), (f"ts{2 * n + 1}", end)]
            ref = f'ANNOTATION_ID="a{n}" TIME_SLOT_REF1="ts{2 * n}" TIME_SLOT_REF2="ts{2 * n + 1}"'
            rows.append(
                f"<ANNOTATION><ALIGNABLE_ANNOTATION {ref}><ANNOTATION_VALUE>{words}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
            )
        part = f' PARTICIPANT="{who}"' if who else ""
        blocks.append(f'<TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="{tier}"{part}>{"".join(rows)}</TIER>')
    if below:
        rows = "".join(f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="b{i}" ANNOTATION_REF="{first}"><ANNOTATION_VALUE>{words}</ANNOTATION_VALUE>'
                       f"</REF_ANNOTATION></ANNOTATION>" for i, words in enumerate(below))  # fmt: skip
        blocks.append(f'<TIER LINGUISTIC_TYPE_REF="gloss" PARENT_REF="{tiers[0][0]}" TIER_ID="gloss">{rows}</TIER>')
    order = "".join(f'<TIME_SLOT TIME_SLOT_ID="{name}" TIME_VALUE="{ms}"/>' for name, ms in slots)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT AUTHOR="" DATE="2024-03-12T14:05:00+01:00" FORMAT="3.0" VERSION="3.0">'
        f'<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/><TIME_ORDER>{order}</TIME_ORDER>{"".join(blocks)}'
        '<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>'
        '<LINGUISTIC_TYPE CONSTRAINTS="Symbolic_Association" GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="gloss" TIME_ALIGNABLE="false"/>'
        "</ANNOTATION_DOCUMENT>"
    )


def textgrid(tiers, points=()):
    """Write a TextGrid: tiers as (name, [(begin in s, end, words)]), and a tier of points as [(time, mark)]."""
    top = max(end for _, said in tiers for _, end, _ in said)
    blocks = []
    for n, (name, said) in enumerate(tiers, 1):
        rows = "".join(f'        intervals [{i}]:\n            xmin = {a}\n            xmax = {b}\n            text = "{w}"\n'
                       for i, (a, b, w) in enumerate(said, 1))  # fmt: skip
        blocks.append(f'    item [{n}]:\n        class = "IntervalTier"\n        name = "{name}"\n        xmin = 0\n        xmax = {top}\n'
                      f"        intervals: size = {len(said)}\n{rows}")  # fmt: skip
    if points:
        rows = "".join(
            f'        points [{i}]:\n            number = {at}\n            mark = "{mark}"\n'
            for i, (at, mark) in enumerate(points, 1)
        )
        blocks.append(f'    item [{len(tiers) + 1}]:\n        class = "TextTier"\n        name = "events"\n        xmin = 0\n        xmax = {top}\n'
                      f"        points: size = {len(points)}\n{rows}")  # fmt: skip
    return (f'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = {top}\ntiers? <exists>\nsize = {len(blocks)}\nitem []:\n'
            + "".join(blocks))  # fmt: skip

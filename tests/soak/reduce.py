"""Owns making a failing case small: text by cutting pieces, contexts by dropping values."""
import re

PIECE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\w+|\s+|.", re.S)


def shrink_text(text, fails, budget=400):
    """The shortest text found by cutting runs of pieces, for which fails(text) holds."""
    pieces = PIECE.findall(text)
    if len(pieces) < 3:
        pieces = re.findall(r"\w+|\s+|.", text, re.S)
    fine = False
    while True:
        size = max(1, len(pieces) // 2)
        while size >= 1:
            at = 0
            while at < len(pieces):
                if budget <= 0:
                    return "".join(pieces)
                rest = pieces[:at] + pieces[at + size:]
                budget -= 1
                if rest and fails("".join(rest)):
                    pieces = rest
                else:
                    at += size
            size //= 2
        if fine:
            return "".join(pieces)
        pieces = re.findall(r"\w+|\s+|.", "".join(pieces), re.S)
        fine = True


def shrink_context(context, fails):
    """The context with every key dropped, and every list and object cut, that may go."""
    small = dict(context)
    for key in list(small):
        rest = {k: v for k, v in small.items() if k != key}
        if fails(rest):
            small = rest
    for key, value in list(small.items()):
        if isinstance(value, list):
            while len(small[key]) > 0 and fails({**small, key: small[key][:-1]}):
                small[key] = small[key][:-1]
            while len(small[key]) > 0 and fails({**small, key: small[key][1:]}):
                small[key] = small[key][1:]
        elif isinstance(value, dict):
            for inner in list(value):
                rest = {k: v for k, v in small[key].items() if k != inner}
                if fails({**small, key: rest}):
                    small[key] = rest
    return small

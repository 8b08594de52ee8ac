#!/usr/bin/python3
"""Compares this program's rendering with docxtpl's over random templates and contexts.

    render.py --probe PROGRAM [--mode jinja|docx] [--seed N] [--cases N] [--seconds N]
              [--show N] [--only TEXT]

PROGRAM is jinja_probe or docx_probe of a build. Case i of seed S is the same in every run.
Each finding is reduced and printed with its context. Exit status: 0 all the same,
1 findings,
77 this Python has no docxtpl (skipped).
"""
import argparse
import collections
import json
import os
import random
import sys
import time

sys.dont_write_bytecode = True  # no cache folders in the source tree

import known
import reduce
from grammar import Grammar
from sides import Oracle, Outcome, Probe


class Jinja:
    """Cases of the language alone."""

    def __init__(self, probe):
        self.probe, self.oracle = probe, Oracle()

    def make(self, chance):
        grammar = Grammar(chance)
        return grammar.template(), grammar.context()

    def sides(self, template, context):
        return self.oracle.jinja(template, context), self.probe.ask(template, context)

    def differ(self, oracle, ours):
        """None, or in what the two differ."""
        if ours.kind in ("crash", "slow"):
            return f"the program: {ours.kind}"
        if oracle.kind != ours.kind:
            return f"docxtpl: {oracle.kind}, here: {ours.kind}"
        if oracle.kind == "ok" and oracle.text != ours.text:
            return "the texts differ"
        return None

    def source(self, template):
        return template

    def shrink(self, template, _fails):
        return template  # its text is all there is

    def shown(self, outcome):
        if isinstance(outcome.text, bytes):
            return Outcome(outcome.kind, outcome.text.decode("utf-8", "replace"))
        return outcome


def verdict(mode, template, context):
    """(finding or None, excuse or None, oracle, ours)"""
    oracle, ours = mode.sides(template, context)
    what = mode.differ(oracle, ours)
    if what is None:
        return None, None, oracle, ours
    shown = (mode.shown(oracle), mode.shown(ours))
    why = known.excuse(mode.source(template), *shown)
    return (None if why else what), why, *shown


def reduced(mode, what, template, context):
    def same(case, data):
        try:
            return verdict(mode, case, data)[0] == what
        except (ValueError, KeyError):
            return False
    template = mode.shrink(template, lambda text: same(text, context))
    template = reduce.shrink_text(template, lambda text: same(text, context))
    context = reduce.shrink_context(context, lambda data: same(template, data))
    return template, context


def show(number, what, template, context, sides):
    print(f"--- case {number}: {what}")
    print(f"  template: {template!r}")
    print(f"  context:  {json.dumps(context, ensure_ascii=False)[:600]}")
    for name, side in zip(("docxtpl", "here"), sides):
        print(f"  {name + ':':9} {side.kind}: {side.text[:600]!r}")
    sys.stdout.flush()


def soak(mode, options):
    counts, findings = collections.Counter(), 0
    ends = time.monotonic() + options.seconds if options.seconds else None
    number = options.start
    while number < options.start + options.cases and (not ends or time.monotonic() < ends):
        template, context = mode.make(random.Random(f"{options.seed}/{number}"))
        number += 1
        if options.only and options.only not in template:
            continue
        what, why, oracle, _ = verdict(mode, template, context)
        counts[why or ("finding" if what else f"same ({oracle.kind})")] += 1
        if what:
            findings += 1
            if findings <= options.show:
                small = reduced(mode, what, template, context)
                show(number - 1, what, *small, verdict(mode, *small)[2:])
    for name, count in counts.most_common():
        print(f"{count:8}  {name}")
    print(f"{sum(counts.values())} cases, seed {options.seed}: {findings} findings")
    return 1 if findings else 0


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    words.add_argument("--probe", required=True)
    words.add_argument("--mode", choices=["jinja", "docx"], default="jinja")
    words.add_argument("--seed", default="1")
    words.add_argument("--start", type=int, default=0)
    words.add_argument("--cases", type=int, default=10000)
    words.add_argument("--seconds", type=float, default=0)
    words.add_argument("--show", type=int, default=10)
    words.add_argument("--only", default="")
    options = words.parse_args()
    why = Oracle.missing()
    if why:
        print(f"no docxtpl to compare with: {why}")
        return 77
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    probe = Probe(os.path.abspath(options.probe))
    if options.mode == "docx":
        from shapes import Docx
        mode = Docx(probe)
    else:
        mode = Jinja(probe)
    status = soak(mode, options)
    said = probe.close()
    if said and not said.startswith("exit 0"):
        print(said)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())

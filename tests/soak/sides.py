"""Owns the two sides that are compared: the program's probe and docxtpl with Jinja2.

Each gives an Outcome. The probe is a child that lives on from case to case (probe.h tells
the wire) and is started anew after a crash or a time-out; both are outcomes of their own.
"""
import collections
import io
import json
import os
import resource
import select
import signal
import subprocess
import time
import warnings

Outcome = collections.namedtuple("Outcome", "kind text")  # ok, error, crash, slow
SECONDS = 20  # most that one side may take for one case
MEMORY = 3 << 30  # most address space that the oracle may take; sanitizers ask for more


def limit_memory(most):
    """None: as much as this process was allowed to take when it began."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard if most is None else most, hard))


class Slow(Exception):
    pass


def on_alarm(_signal, _frame):
    raise Slow()


class Probe:
    """The program's side."""

    def __init__(self, path):
        self.path = path
        self.child = None

    def start(self):
        self.child = subprocess.Popen([self.path], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      preexec_fn=lambda: limit_memory(None))

    def close(self):
        """Ends the child and returns what it said on standard error."""
        if self.child is None:
            return ""
        child, self.child = self.child, None
        child.stdin.close()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        said = child.stderr.read().decode("utf-8", "replace")
        child.stdout.close()
        child.stderr.close()
        return f"exit {child.returncode}: {said[-3000:]}"

    def ask(self, first, context):
        """first: bytes or text. The answer's bytes are text for the jinja probe."""
        if self.child is None:
            self.start()
        first = first.encode("utf-8") if isinstance(first, str) else first
        second = json.dumps(context, ensure_ascii=False).encode("utf-8")
        until = time.monotonic() + SECONDS
        try:
            self.child.stdin.write(b"%d %d\n%s%s" % (len(first), len(second), first,
            second))
            self.child.stdin.flush()
            code, size = self.line(until).split()
            made = self.exactly(int(size), until)
        except Slow:
            self.child.kill()
            return Outcome("slow", self.close())
        except (OSError, EOFError, ValueError):
            return Outcome("crash", self.close())
        return Outcome("error" if code != b"0" else "ok", made)

    def more(self, until):
        ready, _, _ = select.select([self.child.stdout], [], [], max(0,
        until - time.monotonic()))
        if not ready:
            raise Slow()
        got = os.read(self.child.stdout.fileno(), 1 << 16)
        if not got:
            raise EOFError()
        return got

    def line(self, until):
        self.rest = b""
        while b"\n" not in self.rest:
            self.rest += self.more(until)
        head, _, self.rest = self.rest.partition(b"\n")
        return head

    def exactly(self, size, until):
        while len(self.rest) < size:
            self.rest += self.more(until)
        return self.rest


class Oracle:
    """What templates mean: Jinja2 and docxtpl, run here."""

    def __init__(self):
        import jinja2  # this Python may have none: the caller asks `missing()` first
        warnings.simplefilter("ignore")
        signal.signal(signal.SIGALRM, on_alarm)
        limit_memory(MEMORY)
        self.env = jinja2.Environment(autoescape=True)

    @staticmethod
    def missing():
        """Why there can be no oracle; None when there can."""
        try:
            import docxtpl  # noqa: F401 (only whether it is there)
            import jinja2
            import lxml  # noqa: F401
        except ImportError as error:
            return str(error)
        if not jinja2.__version__.startswith("3.1."):
            return f"Jinja2 is {jinja2.__version__}, not 3.1"
        return None

    def run(self, work):
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            return Outcome("ok", work())
        except Slow:
            return Outcome("slow", "")
        except (Exception, RecursionError) as error:  # pylint: disable=broad-except
            return Outcome("error", f"{type(error).__name__}: {error}")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def jinja(self, template, context):
        """Both as text; the context is read anew, so that nothing is shared."""
        data = json.loads(json.dumps(context))
        made = self.run(lambda: self.env.from_string(template).render(data))
        if made.kind == "ok":
            try:
                return Outcome("ok", made.text.encode("utf-8"))
            except UnicodeEncodeError:
                return Outcome("slow",
                "half a surrogate pair")  # no text that we could make
        return made

    def docx(self, package, context):
        """package: the template's bytes; the answer is the document's bytes."""
        import docxtpl
        data = json.loads(json.dumps(context))

        def work():
            template = docxtpl.DocxTemplate(io.BytesIO(package))
            template.render(data, autoescape=True)
            made = io.BytesIO()
            template.save(made)
            return made.getvalue()
        return self.run(work)
